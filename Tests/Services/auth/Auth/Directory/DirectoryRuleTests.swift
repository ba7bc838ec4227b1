import Policy
import Testing
import Wire

@testable import Auth

/// What auth itself decides about users, groups, policies and keys.
@Suite("The rules of the directory")
struct DirectoryRuleTests {
    private let context = Fixture.context()

    private func refuse(
        _ code: RPCError.Code, _ sourceLocation: SourceLocation = #_sourceLocation,
        _ body: () async throws -> Void
    ) async {
        #expect(await expectCode(code, body) != nil, sourceLocation: sourceLocation)
    }

    @Test("names have 1 to 255 bytes and nothing that a URL or a client would stumble over")
    func names() async throws {
        let authority = try Fixture().authority
        for name in ["a", " ", "Ünï@x.org", "a:b", "*", "?", "${user}", "...", String(repeating: "x", count: 255)] {
            #expect(try await authority.create(CreateUser.Request(userID: name), context).id == name)
            #expect(try await authority.create(CreateGroup.Request(groupID: name), context).id == name)
            let document = DirectoryStoreTests.document(name)
            #expect(try await authority.create(CreatePolicy.Request(document: document), context).document == document)
        }
        let bad = ["", ".", "..", "a/b", "%", "a%2Fb", "a\u{0}", "a\n", "\u{85}", String(repeating: "ü", count: 128)]
        for name in bad {
            await refuse(.invalidArgument) { _ = try await authority.create(CreateUser.Request(userID: name), context) }
            await refuse(.invalidArgument) {
                _ = try await authority.create(CreateGroup.Request(groupID: name), context)
            }
            let document = DirectoryStoreTests.document(name)
            await refuse(.invalidArgument) {
                _ = try await authority.create(CreatePolicy.Request(document: document), context)
            }
        }
    }

    @Test("texts are bounded")
    func texts() async throws {
        let authority = try Fixture().authority
        func text(_ count: Int) -> String { String(repeating: "x", count: count) }
        _ = try await authority.create(
            CreateUser.Request(userID: "u", friendlyName: text(1_024), email: text(320)), context)
        _ = try await authority.create(CreateGroup.Request(groupID: "g", description: text(1_024)), context)
        for request in [
            CreateUser.Request(userID: "v", friendlyName: text(1_025)), .init(userID: "v", email: text(321)),
            .init(userID: "v", friendlyName: "a\nb"), .init(userID: "v", email: "a\u{0}"),
        ] { await refuse(.invalidArgument) { _ = try await authority.create(request, context) } }
        for description in [text(1_025), "\u{0}"] {
            let request = CreateGroup.Request(groupID: "h", description: description)
            await refuse(.invalidArgument) { _ = try await authority.create(request, context) }
        }
        for range in [ListRange(amount: 0), ListRange(amount: 1_001), ListRange(amount: -1)] {
            await refuse(.invalidArgument) { _ = try await authority.users(.init(range: range), context) }
        }
    }

    @Test("a policy is checked when it is made and when it is replaced")
    func policies() async throws {
        let authority = try Fixture().authority
        _ = try await authority.create(CreatePolicy.Request(document: DirectoryStoreTests.document("p")), context)
        for id in ["p", "q"] {
            let bad = CreatePolicy.Request(document: DirectoryStoreTests.document(id, "s3:GetObject"))
            await refuse(.invalidArgument) { _ = try await authority.create(bad, context) }
            await refuse(.invalidArgument) { _ = try await authority.update(bad, context) }
        }
        let policy = try await authority.policy(.init(policyID: "p"), context)
        #expect(policy.document == DirectoryStoreTests.document("p"))
    }

    @Test("what lets administrators repair anything stays")
    func administration() async throws {
        let (fixture, _) = try await Fixture.ready()
        let authority = fixture.authority
        let (admins, policy) = (BaseDirectory.administrators, BaseDirectory.administration)
        await refuse(.forbidden) { try await authority.delete(DeleteGroup.Request(groupID: admins), context) }
        await refuse(.forbidden) { try await authority.delete(DeletePolicy.Request(policyID: policy), context) }
        await refuse(.forbidden) {
            let document = DirectoryStoreTests.document(policy)
            _ = try await authority.update(UpdatePolicy.Request(document: document), context)
        }
        let holder = PolicyHolder(.group, admins)
        await refuse(.forbidden) {
            try await authority.detach(PolicyAttachment(policyID: policy, holder: holder), context)
        }
        await refuse(.forbidden) { try await authority.delete(DeleteUser.Request(userID: "admin"), context) }
        await refuse(.forbidden) {
            try await authority.remove(Membership(groupID: admins, userID: "admin"), context)
        }
        // The rest is theirs to change.
        try await authority.detach(PolicyAttachment(policyID: "FSFullAccess", holder: holder), context)
        try await authority.delete(DeleteGroup.Request(groupID: "Viewers"), context)
        try await authority.delete(DeletePolicy.Request(policyID: "FSReadAll"), context)
    }

    @Test("the way back gives all rights again, whatever was done", arguments: StoreTests.Kind.allCases)
    func wayBack(kind: StoreTests.Kind) async throws {
        let store = try await kind.make()
        let deadline = ContinuousClock.now + .seconds(30)
        for id in ["root", "other"] { _ = try await store.add(User(id: id, created: 0), deadline: deadline) }
        let deny = PolicyDocument(
            id: "deny", statement: [PolicyStatement(effect: "deny", action: ["*"], resource: "*")])
        _ = try await store.add(deny, deadline: deadline)
        _ = try await store.add(Group(id: "denied", created: 0), deadline: deadline)
        for holder in [
            PolicyHolder(.group, "Admins"), PolicyHolder(.group, "denied"), PolicyHolder(.user, "root"),
        ] { try await store.add(PolicyAttachment(policyID: "deny", holder: holder), deadline: deadline) }
        for group in ["Admins", "denied"] {
            try await store.add(Membership(groupID: group, userID: "root"), deadline: deadline)
        }
        try await store.removePolicy("FSFullAccess", deadline: deadline)
        _ = try await store.replace(DirectoryStoreTests.document("AuthFullAccess", "fs:ReadTag"), deadline: deadline)
        try await store.makeAdministrator("root", deadline: deadline)
        let rights = Rights(try await store.effectivePolicies(of: "root", deadline: deadline), userID: "root")
        for action in Action.allCases {
            let decision = rights.decide(Permission(action, on: .all), Circumstances(address: nil))
            #expect(decision == .allowed, "\(action.rawValue)")
        }
        #expect(await expectCode(.notFound) { try await store.makeAdministrator("no", deadline: deadline) } != nil)
    }

    @Test("a key works until its end, and not from then on")
    func expiry() async throws {
        let (fixture, _) = try await Fixture.ready()
        let authority = fixture.authority
        let end = fixture.time.unixSeconds + 100
        let key = try await authority.create(
            CreateCredential.Request(userID: "admin", name: "laptop", expires: end), context)
        let secret = VerifySecret.Request(accessKeyID: key.accessKeyID, secretAccessKey: key.secretAccessKey)
        let scope = GetSigningKey.Request(
            accessKeyID: key.accessKeyID, date: "20260314", region: "us-east-1", service: "s3")
        fixture.time.advance(99)
        _ = try await authority.verifySecret(secret, context)
        _ = try await authority.signingKey(scope, context)
        fixture.time.advance(1)
        await refuse(.unauthenticated) { _ = try await authority.verifySecret(secret, context) }
        await refuse(.notFound) { _ = try await authority.signingKey(scope, context) }
        let login = LogIn.Request(accessKeyID: key.accessKeyID, secretAccessKey: key.secretAccessKey)
        await refuse(.unauthenticated) { _ = try await authority.logIn(login, context) }
        let shown = try await authority.credential(
            GetCredential.Request(userID: "admin", accessKeyID: key.accessKeyID), context)
        #expect(shown.name == "laptop" && shown.expires == end)
        for expires in [fixture.time.unixSeconds, 0, -1, .max] {
            let request = CreateCredential.Request(userID: "admin", expires: expires)
            await refuse(.invalidArgument) { _ = try await authority.create(request, context) }
        }
    }

    @Test("the use of a key is noted, once a minute")
    func lastUse() async throws {
        let (fixture, key) = try await Fixture.ready()
        let secret = VerifySecret.Request(accessKeyID: key.accessKeyID, secretAccessKey: key.secretAccessKey)
        let which = GetCredential.Request(userID: "admin", accessKeyID: key.accessKeyID)
        func lastUsed() async throws -> Int64? { try await fixture.authority.credential(which, context).lastUsed }
        #expect(try await lastUsed() == nil)
        var expected = fixture.time.unixSeconds
        for advance in [30, 29, 1] as [Int64] {
            _ = try await fixture.authority.verifySecret(secret, context)
            for _ in 0..<500 where try await lastUsed() != expected { try await Task.sleep(for: .milliseconds(10)) }
            #expect(try await lastUsed() == expected)
            fixture.time.advance(advance)
        }
        expected = fixture.time.unixSeconds
        _ = try await fixture.authority.verifySecret(secret, context)
        for _ in 0..<500 where try await lastUsed() != expected { try await Task.sleep(for: .milliseconds(10)) }
        #expect(try await lastUsed() == expected)
    }

    @Test("an external principal has an id and settings of bounded JSON")
    func externalPrincipals() async throws {
        let (fixture, _) = try await Fixture.ready()
        let long = String(repeating: "x", count: 1_025)
        for (id, settings) in [
            ("", nil), (long, nil), ("a\n", nil), ("a", "no JSON"), ("a", "{} {}"),
            ("a", "\"\(long)\(long)\(long)\(long)\""),
        ] as [(String, String?)] {
            let principal = ExternalPrincipal(id: id, userID: "admin", settings: settings)
            await refuse(.invalidArgument) { try await fixture.authority.create(principal, context) }
        }
        try await fixture.authority.create(
            ExternalPrincipal(id: "a", userID: "admin", settings: #"[{"a":"b"}]"#), context)
        #expect(try await fixture.authority.externalPrincipal(.init(id: "a"), context).userID == "admin")
    }
}
