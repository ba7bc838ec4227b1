import Policy
import Testing
import Wire

@testable import Auth

/// The rules of a store of users, groups and policies, for every kind of store.
@Suite("A directory's store")
struct DirectoryStoreTests {
    private var deadline: ContinuousClock.Instant { .now + .seconds(30) }

    private func page(_ prefix: String = "", after: String = "", _ amount: Int = 1_000) -> ListRange {
        ListRange(prefix: prefix, after: after, amount: amount)
    }

    static func document(_ id: String, _ action: String = "fs:ReadObject") -> PolicyDocument {
        PolicyDocument(id: id, statement: [PolicyStatement(effect: "allow", action: [action], resource: "*")])
    }

    private func expect(
        _ code: RPCError.Code, _ subject: String, _ sourceLocation: SourceLocation = #_sourceLocation,
        _ body: () async throws -> Void
    ) async {
        let error = await expectCode(code, body)
        #expect(error?.subject == subject, sourceLocation: sourceLocation)
    }

    @Test("begins with the base groups and policies", arguments: StoreTests.Kind.allCases)
    func base(kind: StoreTests.Kind) async throws {
        let store = try await kind.make()
        #expect(try await store.policies(page(), deadline: deadline).results.map(\.document) == BaseDirectory.policies)
        let groups = try await store.groups(page(), deadline: deadline).results
        #expect(groups.map(\.id) == BaseDirectory.groups.map(\.id))
        #expect(groups.map(\.description) == BaseDirectory.groups.map(\.description))
        for group in BaseDirectory.groups {
            let attached = try await store.policies(of: PolicyHolder(.group, group.id), page(), deadline: deadline)
            #expect(attached.results.map(\.document.id) == group.policies)
        }
        for document in BaseDirectory.policies { try document.check() }
    }

    @Test("makes the first user an administrator", arguments: StoreTests.Kind.allCases)
    func administrator(kind: StoreTests.Kind) async throws {
        let store = try await kind.make()
        let credential = StoredCredential(
            accessKeyID: "AKIA1", userID: "root", secret: SealedSecret(keyID: "k", bytes: [1]))
        _ = try await store.setUp(credential, deadline: deadline)
        #expect(try await store.members(of: "Admins", page(), deadline: deadline).results.map(\.id) == ["root"])
        #expect(try await store.groups(of: "root", page(), deadline: deadline).results.map(\.id) == ["Admins"])
        let rights = Rights(try await store.effectivePolicies(of: "root", deadline: deadline), userID: "root")
        for action in Action.allCases {
            let decision = rights.decide(Permission(action, on: .all), Circumstances(address: nil))
            #expect(decision == .allowed, "\(action.rawValue)")
        }
    }

    @Test("keeps users, each name once", arguments: StoreTests.Kind.allCases)
    func users(kind: StoreTests.Kind) async throws {
        let store = try await kind.make()
        let ada = User(
            id: "ada", created: 0, friendlyName: "Ada", email: "ada@example.org", externalID: "x", source: "idp")
        let made = try await store.add(ada, deadline: deadline)
        #expect(made.created > 1_700_000_000)
        #expect(try await store.user("ada", deadline: deadline) == made)
        #expect(made.friendlyName == "Ada" && made.email == "ada@example.org")
        #expect(made.externalID == "x" && made.source == "idp")
        await expect(.alreadyExists, "user") { _ = try await store.add(ada, deadline: deadline) }
        try await store.removeUser("ada", deadline: deadline)
        #expect(try await store.user("ada", deadline: deadline) == nil)
        await expect(.notFound, "user") { try await store.removeUser("ada", deadline: deadline) }
    }

    @Test("pages by the bytes of ids", arguments: StoreTests.Kind.allCases)
    func pages(kind: StoreTests.Kind) async throws {
        let store = try await kind.make()
        let sorted = ["%", "Z", "a", "a b", "aa", "ab", "b", "é", "éa", "ﬀ", "𐀀", "\u{10FFFF}", "\u{10FFFF}a"]
        for id in sorted.shuffled() { _ = try await store.add(User(id: id, created: 0), deadline: deadline) }
        #expect(try await store.users(page(), deadline: deadline).results.map(\.id) == sorted)
        #expect(try await store.users(page("a"), deadline: deadline).results.map(\.id) == ["a", "a b", "aa", "ab"])
        #expect(try await store.users(page("é"), deadline: deadline).results.map(\.id) == ["é", "éa"])
        #expect(
            try await store.users(page("\u{10FFFF}"), deadline: deadline).results.map(\.id)
                == ["\u{10FFFF}", "\u{10FFFF}a"])
        #expect(try await store.users(page("a_"), deadline: deadline).results.isEmpty, "no wildcards")
        #expect(try await store.users(page("%"), deadline: deadline).results.map(\.id) == ["%"])
        #expect(try await store.users(page("a", after: "A"), deadline: deadline).results.count == 4)
        #expect(try await store.users(page("a", after: "aa"), deadline: deadline).results.map(\.id) == ["ab"])
        #expect(try await store.users(page("a", after: "b"), deadline: deadline).results.isEmpty)
        for amount in 1...sorted.count + 1 {
            var (seen, after): ([String], String) = ([], "")
            while true {
                let part = try await store.users(page(after: after, amount), deadline: deadline)
                #expect(part.results.count == amount || !part.hasMore)
                seen += part.results.map(\.id)
                guard part.hasMore, let last = part.results.last else { break }
                after = last.id
            }
            #expect(seen == sorted, "\(amount) a page")
        }
    }

    @Test("keeps groups and who is in them", arguments: StoreTests.Kind.allCases)
    func groups(kind: StoreTests.Kind) async throws {
        let store = try await kind.make()
        let made = try await store.add(Group(id: "g", description: "d", created: 0), deadline: deadline)
        #expect(made.created > 1_700_000_000 && made.description == "d")
        #expect(try await store.group("g", deadline: deadline) == made)
        await expect(.alreadyExists, "group") { _ = try await store.add(made, deadline: deadline) }
        for id in ["u2", "u1"] { _ = try await store.add(User(id: id, created: 0), deadline: deadline) }
        let (first, second) = (Membership(groupID: "g", userID: "u1"), Membership(groupID: "g", userID: "u2"))
        await expect(.notFound, "membership") { try await store.remove(first, deadline: deadline) }
        for membership in [first, second, first] { try await store.add(membership, deadline: deadline) }
        #expect(try await store.members(of: "g", page(), deadline: deadline).results.map(\.id) == ["u1", "u2"])
        #expect(try await store.members(of: "g", page(after: "u1"), deadline: deadline).results.map(\.id) == ["u2"])
        #expect(try await store.members(of: "g", page("u", 1), deadline: deadline).hasMore)
        #expect(try await store.groups(of: "u1", page(), deadline: deadline).results == [made])
        try await store.remove(first, deadline: deadline)
        #expect(try await store.groups(of: "u1", page(), deadline: deadline).results.isEmpty)
        for (group, user, subject) in [("no", "u1", "group"), ("g", "no", "user")] {
            let membership = Membership(groupID: group, userID: user)
            await expect(.notFound, subject) { try await store.add(membership, deadline: deadline) }
            await expect(.notFound, subject) { try await store.remove(membership, deadline: deadline) }
        }
        await expect(.notFound, "group") { _ = try await store.members(of: "no", page(), deadline: deadline) }
        await expect(.notFound, "user") { _ = try await store.groups(of: "no", page(), deadline: deadline) }
        try await store.removeUser("u2", deadline: deadline)
        #expect(try await store.members(of: "g", page(), deadline: deadline).results.isEmpty)
        try await store.add(first, deadline: deadline)
        try await store.removeGroup("g", deadline: deadline)
        #expect(try await store.groups(of: "u1", page(), deadline: deadline).results.isEmpty)
        await expect(.notFound, "group") { try await store.removeGroup("g", deadline: deadline) }
    }

    @Test("keeps policies and whom they are attached to", arguments: StoreTests.Kind.allCases)
    func policies(kind: StoreTests.Kind) async throws {
        let store = try await kind.make()
        let condition = ["IpAddress": ["SourceIp": ["10.0.0.0/8"]]]
        let statement = PolicyStatement(
            effect: "deny", action: ["fs:*", "auth:ReadÜser"], resource: #"["arn:a","\u0000"]"#, condition: condition)
        let document = PolicyDocument(id: "p", statement: [statement])
        let made = try await store.add(document, deadline: deadline)
        #expect(made.created > 1_700_000_000 && made.document == document)
        #expect(try await store.policy("p", deadline: deadline) == made)
        await expect(.alreadyExists, "policy") { _ = try await store.add(document, deadline: deadline) }
        let other = try await store.replace(Self.document("p"), deadline: deadline)
        #expect(other.created == made.created && other.document == Self.document("p"))
        await expect(.notFound, "policy") { _ = try await store.replace(Self.document("no"), deadline: deadline) }
        _ = try await store.add(User(id: "u", created: 0), deadline: deadline)
        _ = try await store.add(Group(id: "u", created: 0), deadline: deadline)
        for kind in PolicyHolder.Kind.allCases {
            let holder = PolicyHolder(kind, "u")
            let attachment = PolicyAttachment(policyID: "p", holder: holder)
            await expect(.notFound, "attachment") { try await store.remove(attachment, deadline: deadline) }
            try await store.add(attachment, deadline: deadline)
            try await store.add(attachment, deadline: deadline)
            #expect(try await store.policies(of: holder, page(), deadline: deadline).results == [other])
            let unknown = PolicyAttachment(policyID: "p", holder: PolicyHolder(kind, "no"))
            await expect(.notFound, kind.rawValue) { try await store.add(unknown, deadline: deadline) }
            await expect(.notFound, kind.rawValue) { try await store.remove(unknown, deadline: deadline) }
            await expect(.notFound, kind.rawValue) {
                _ = try await store.policies(of: unknown.holder, page(), deadline: deadline)
            }
            let nothing = PolicyAttachment(policyID: "no", holder: holder)
            await expect(.notFound, "policy") { try await store.add(nothing, deadline: deadline) }
            await expect(.notFound, "policy") { try await store.remove(nothing, deadline: deadline) }
        }
        try await store.remove(PolicyAttachment(policyID: "p", holder: PolicyHolder(.user, "u")), deadline: deadline)
        #expect(try await store.policies(of: PolicyHolder(.user, "u"), page(), deadline: deadline).results.isEmpty)
        #expect(try await store.policies(of: PolicyHolder(.group, "u"), page(), deadline: deadline).results == [other])
        try await store.removePolicy("p", deadline: deadline)
        #expect(try await store.policies(of: PolicyHolder(.group, "u"), page(), deadline: deadline).results.isEmpty)
        await expect(.notFound, "policy") { try await store.removePolicy("p", deadline: deadline) }
    }

    @Test("knows the policies of a user and its groups, each once", arguments: StoreTests.Kind.allCases)
    func effective(kind: StoreTests.Kind) async throws {
        let store = try await kind.make()
        for id in ["u", "v"] { _ = try await store.add(User(id: id, created: 0), deadline: deadline) }
        for id in ["g", "h"] { _ = try await store.add(Group(id: id, created: 0), deadline: deadline) }
        for id in ["p1", "p2", "p3", "p4"] { _ = try await store.add(Self.document(id), deadline: deadline) }
        for (policy, holder) in [
            ("p1", PolicyHolder(.user, "u")), ("p3", .init(.user, "u")), ("p3", .init(.group, "g")),
            ("p2", .init(.group, "g")), ("p4", .init(.group, "h")), ("p4", .init(.user, "v")),
        ] { try await store.add(PolicyAttachment(policyID: policy, holder: holder), deadline: deadline) }
        try await store.add(Membership(groupID: "g", userID: "u"), deadline: deadline)
        func ids(_ range: ListRange) async throws -> [String] {
            try await store.effectivePolicies(of: "u", range, deadline: deadline).results.map(\.document.id)
        }
        #expect(try await ids(page()) == ["p1", "p2", "p3"])
        #expect(try await ids(page(after: "p1", 1)) == ["p2"])
        #expect(try await store.effectivePolicies(of: "u", page("", 2), deadline: deadline).hasMore)
        #expect(
            try await store.effectivePolicies(of: "u", deadline: deadline)
                == ["p1", "p2", "p3"].map { Self.document($0) })
        try await store.add(Membership(groupID: "h", userID: "u"), deadline: deadline)
        #expect(try await store.effectivePolicies(of: "u", deadline: deadline).count == 4)
        try await store.removeGroup("h", deadline: deadline)
        #expect(try await store.effectivePolicies(of: "u", deadline: deadline).count == 3)
        #expect(try await store.effectivePolicies(of: "nobody", deadline: deadline).isEmpty)
        await expect(.notFound, "user") {
            _ = try await store.effectivePolicies(of: "nobody", page(), deadline: deadline)
        }
    }

    @Test("keeps access keys apart, with name, end and last use", arguments: StoreTests.Kind.allCases)
    func credentials(kind: StoreTests.Kind) async throws {
        let store = try await kind.make()
        for id in ["u", "v"] { _ = try await store.add(User(id: id, created: 0), deadline: deadline) }
        for (key, user) in [("AK2", "u"), ("AK1", "u"), ("AK3", "v")] {
            let stored = StoredCredential(
                accessKeyID: key, userID: user, secret: SealedSecret(keyID: "k", bytes: [1]), name: "n",
                expires: 2_000_000_000)
            #expect(try await store.add(stored, deadline: deadline) != nil)
            #expect(try await store.credential(key, deadline: deadline) == stored)
        }
        let keys = try await store.credentials(of: "u", page(), deadline: deadline).results
        #expect(keys.map(\.accessKeyID) == ["AK1", "AK2"])
        #expect(keys.allSatisfy { $0.name == "n" && $0.expires == 2_000_000_000 && $0.lastUsed == nil })
        #expect(try await store.credentials(of: "u", page(after: "AK1"), deadline: deadline).results == [keys[1]])
        try await store.used("AK1", deadline: deadline)
        let used = try #require(try await store.credential("AK1", of: "u", deadline: deadline))
        let lastUsed = try #require(used.lastUsed)
        #expect(lastUsed >= used.created)
        #expect(try await store.credential("AK3", of: "u", deadline: deadline) == nil)
        await expect(.notFound, "credential") {
            try await store.removeCredential("AK3", of: "u", deadline: deadline)
        }
        try await store.removeCredential("AK1", of: "u", deadline: deadline)
        #expect(try await store.credential("AK1", deadline: deadline) == nil)
        try await store.removeUser("v", deadline: deadline)
        #expect(try await store.credential("AK3", deadline: deadline) == nil, "a key goes with its user")
    }

    @Test("ties an external principal to one user", arguments: StoreTests.Kind.allCases)
    func externalPrincipals(kind: StoreTests.Kind) async throws {
        let store = try await kind.make()
        for id in ["u", "v"] { _ = try await store.add(User(id: id, created: 0), deadline: deadline) }
        let role = ExternalPrincipal(id: "arn:aws:sts::1:role/x", userID: "u", settings: #"{"a":"b"}"#)
        try await store.add(role, deadline: deadline)
        #expect(try await store.externalPrincipal(role.id, deadline: deadline) == role)
        await expect(.alreadyExists, "external principal") {
            try await store.add(ExternalPrincipal(id: role.id, userID: "v"), deadline: deadline)
        }
        await expect(.notFound, "user") {
            try await store.add(ExternalPrincipal(id: "x", userID: "no"), deadline: deadline)
        }
        #expect(try await store.externalPrincipals(of: "u", page(), deadline: deadline).results == [role])
        #expect(try await store.externalPrincipals(of: "v", page(), deadline: deadline).results.isEmpty)
        await expect(.notFound, "external principal") {
            try await store.removeExternalPrincipal(role.id, of: "v", deadline: deadline)
        }
        try await store.removeExternalPrincipal(role.id, of: "u", deadline: deadline)
        #expect(try await store.externalPrincipal(role.id, deadline: deadline) == nil)
        try await store.add(role, deadline: deadline)
        try await store.removeUser("u", deadline: deadline)
        #expect(try await store.externalPrincipal(role.id, deadline: deadline) == nil)
    }
}
