import Policy
import Testing
import Wire

@testable import Auth

/// What a directory refuses to grow beyond, and what it keeps there, under rivals too.
@Suite("The bounds of a directory", .serialized)
struct DirectoryLimitTests {
    private var deadline: ContinuousClock.Instant { .now + .seconds(60) }

    /// How many of many rivals were let through.
    private func rivals(_ count: Int, _ attempt: @escaping @Sendable (Int) async throws -> Void) async -> Int {
        await withTaskGroup(of: Bool.self) { group in
            for index in 0..<count {
                group.addTask {
                    // What waited in vain for a lock says so, and is tried again.
                    while true {
                        do {
                            try await attempt(index)
                            return true
                        } catch {
                            guard RPCError(cause: error)?.code == .unavailable else { return false }
                        }
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    @Test("a user is in at most 50 groups", arguments: StoreTests.Kind.allCases)
    func groups(kind: StoreTests.Kind) async throws {
        let (store, deadline) = (try await kind.make(), deadline)
        _ = try await store.add(User(id: "u", created: 0), deadline: deadline)
        for index in 0..<60 { _ = try await store.add(Group(id: "g\(index)", created: 0), deadline: deadline) }
        let through = await rivals(60) {
            try await store.add(Membership(groupID: "g\($0)", userID: "u"), deadline: deadline)
        }
        #expect(through == 50)
        let groups = try await store.groups(of: "u", ListRange(amount: 100), deadline: deadline).results
        #expect(groups.count == 50)
        let first = try #require(groups.first)
        try await store.add(Membership(groupID: first.id, userID: "u"), deadline: deadline)
    }

    @Test("a user, and a group, has at most 50 policies", arguments: StoreTests.Kind.allCases)
    func policies(kind: StoreTests.Kind) async throws {
        let (store, deadline) = (try await kind.make(), deadline)
        _ = try await store.add(User(id: "x", created: 0), deadline: deadline)
        _ = try await store.add(Group(id: "x", created: 0), deadline: deadline)
        for index in 0..<60 { _ = try await store.add(DirectoryStoreTests.document("p\(index)"), deadline: deadline) }
        for holder in [PolicyHolder(.user, "x"), PolicyHolder(.group, "x")] {
            let through = await rivals(60) {
                try await store.add(PolicyAttachment(policyID: "p\($0)", holder: holder), deadline: deadline)
            }
            #expect(through == 50)
            let held = try await store.policies(of: holder, ListRange(amount: 100), deadline: deadline).results
            #expect(held.count == 50)
        }
    }

    @Test("a user has at most 100 keys", arguments: StoreTests.Kind.allCases)
    func keys(kind: StoreTests.Kind) async throws {
        let (store, deadline) = (try await kind.make(), deadline)
        _ = try await store.add(User(id: "u", created: 0), deadline: deadline)
        let through = await rivals(110) { (index: Int) async throws in
            let stored = StoredCredential(
                accessKeyID: "AKIA\(index)", userID: "u", secret: SealedSecret(keyID: "k", bytes: [1]))
            _ = try await store.add(stored, deadline: deadline)
        }
        #expect(through == 100)
    }

    @Test("one administrator stays, however many are taken away at once", arguments: StoreTests.Kind.allCases)
    func administrators(kind: StoreTests.Kind) async throws {
        let (store, deadline) = (try await kind.make(), deadline)
        for index in 0..<20 {
            _ = try await store.add(User(id: "a\(index)", created: 0), deadline: deadline)
            try await store.add(Membership(groupID: "Admins", userID: "a\(index)"), deadline: deadline)
        }
        let gone = await rivals(20) { index in
            if index.isMultiple(of: 2) {
                try await store.removeUser("a\(index)", deadline: deadline)
            } else {
                try await store.remove(Membership(groupID: "Admins", userID: "a\(index)"), deadline: deadline)
            }
        }
        #expect(gone == 19)
        let left = try await store.members(of: "Admins", ListRange(), deadline: deadline).results
        let last = try #require(left.first)
        #expect(left.count == 1)
        let membership = Membership(groupID: "Admins", userID: last.id)
        #expect(await expectCode(.forbidden) { try await store.removeUser(last.id, deadline: deadline) } != nil)
        #expect(await expectCode(.forbidden) { try await store.remove(membership, deadline: deadline) } != nil)
        // Who is no administrator goes, and so does this one once there is another.
        try await store.removeUser("a1", deadline: deadline)
        _ = try await store.add(User(id: "new", created: 0), deadline: deadline)
        try await store.add(Membership(groupID: "Admins", userID: "new"), deadline: deadline)
        try await store.removeUser(last.id, deadline: deadline)
    }

    @Test("policies too large together refuse all, as the one left out might deny", arguments: StoreTests.Kind.allCases)
    func effective(kind: StoreTests.Kind) async throws {
        let (store, deadline) = (try await kind.make(), deadline)
        _ = try await store.add(User(id: "u", created: 0), deadline: deadline)
        let resource = "arn:lakefs:fs:::" + String(repeating: "x", count: 2_000)
        let statement = PolicyStatement(effect: "allow", action: ["fs:ReadObject"], resource: resource)
        for index in 0..<40 {
            let document = PolicyDocument(id: "p\(index)", statement: Array(repeating: statement, count: 15))
            _ = try await store.add(document, deadline: deadline)
            let attachment = PolicyAttachment(policyID: document.id, holder: PolicyHolder(.user, "u"))
            try await store.add(attachment, deadline: deadline)
            let bytes = (index + 1) * (try PolicyText.encode(document).utf8.count)
            if bytes <= DirectoryLimits.effectiveBytes {
                #expect(try await store.effectivePolicies(of: "u", deadline: deadline).count == index + 1)
            } else {
                let error = await expectCode(.permissionDenied) {
                    _ = try await store.effectivePolicies(of: "u", deadline: deadline)
                }
                #expect(error != nil)
            }
        }
        let large = PolicyDocument(id: "large", statement: Array(repeating: statement, count: 17))
        let error = await expectCode(.invalidArgument) { _ = try await store.add(large, deadline: deadline) }
        #expect(error?.message.contains("32768 bytes") == true)
    }
}
