import Testing
import Wire

@testable import Auth

@Suite("A store")
struct StoreTests {
    enum Kind: Sendable, CaseIterable {
        case memory, postgres

        func make() async throws -> any AuthStore {
            switch self {
            case .memory: MemoryAuthStore { 1_773_500_966 }
            case .postgres: PostgresAuthStore(try await PostgresFixture().open())
            }
        }
    }

    private func credential(_ accessKeyID: String, _ userID: String, masterKey: String = "k1") -> StoredCredential {
        StoredCredential(
            accessKeyID: accessKeyID, userID: userID, secret: SealedSecret(keyID: masterKey, bytes: [0, 1, 2, 255]))
    }

    private var deadline: ContinuousClock.Instant { .now + .seconds(30) }

    @Test("is empty at first", arguments: Kind.allCases)
    func empty(kind: Kind) async throws {
        let store = try await kind.make()
        #expect(try await !store.isInitialized(deadline: deadline))
        #expect(try await store.credential("AKIA1", deadline: deadline) == nil)
        #expect(try await store.user("admin", deadline: deadline) == nil)
        #expect(try await store.masterKeyIDs(limit: 10, deadline: deadline).isEmpty)
        #expect(try await store.add(credential("AKIA1", "nobody"), deadline: deadline) == nil)
    }

    @Test("is set up once", arguments: Kind.allCases)
    func setUp(kind: Kind) async throws {
        let store = try await kind.make()
        let first = credential("AKIA1", "Ünïcode @dmin")
        let created = try #require(try await store.setUp(first, deadline: deadline))
        #expect(created > 1_700_000_000 && created < 10_000_000_000)
        #expect(try await store.isInitialized(deadline: deadline))
        #expect(try await store.credential("AKIA1", deadline: deadline) == first)
        #expect(try await store.credential("akia1", deadline: deadline) == nil, "case matters")
        let user = try #require(try await store.user("Ünïcode @dmin", deadline: deadline))
        #expect(user.created == created && user.friendlyName == nil && user.email == nil)
        #expect(try await store.setUp(credential("AKIA2", "other"), deadline: deadline) == nil)
        #expect(try await store.user("other", deadline: deadline) == nil, "the loser leaves nothing behind")
        #expect(try await store.credential("AKIA2", deadline: deadline) == nil)
    }

    @Test("takes further keys, each id once", arguments: Kind.allCases)
    func add(kind: Kind) async throws {
        let store = try await kind.make()
        _ = try await store.setUp(credential("AKIA1", "admin"), deadline: deadline)
        #expect(try await store.add(credential("AKIA2", "admin", masterKey: "k2"), deadline: deadline) != nil)
        #expect(try await store.credential("AKIA2", deadline: deadline)?.userID == "admin")
        do {
            _ = try await store.add(credential("AKIA2", "admin"), deadline: deadline)
            Issue.record("an access key id was given twice")
        } catch {
            #expect(RPCError(cause: error)?.code == .alreadyExists)
        }
        #expect(try await store.masterKeyIDs(limit: 10, deadline: deadline) == ["k1", "k2"])
        #expect(try await store.masterKeyIDs(limit: 1, deadline: deadline) == ["k1"])
    }

    @Test("keeps the signing keys of each purpose, each number once, and drops old ones", arguments: Kind.allCases)
    func purposeKeys(kind: Kind) async throws {
        let store = try await kind.make()
        func key(_ number: Int64, _ purpose: String = "p", created: Int64) -> StoredPurposeKey {
            StoredPurposeKey(
                purpose: purpose, number: number, key: SealedSecret(keyID: "k", bytes: [0, 255]), created: created)
        }
        #expect(try await store.purposeKeys(of: "p", deadline: deadline).isEmpty)
        #expect(try await store.add(key(1, created: 10), removingCreatedBefore: 0, deadline: deadline))
        #expect(try await store.add(key(1, "q", created: 1), removingCreatedBefore: 0, deadline: deadline))
        #expect(try await store.add(key(2, created: 20), removingCreatedBefore: 10, deadline: deadline))
        #expect(try await !store.add(key(2, created: 99), removingCreatedBefore: 99, deadline: deadline))
        #expect(
            try await store.purposeKeys(of: "p", deadline: deadline) == [key(2, created: 20), key(1, created: 10)])
        #expect(try await store.add(key(3, created: 30), removingCreatedBefore: 20, deadline: deadline))
        #expect(try await store.purposeKeys(of: "p", deadline: deadline).map(\.number) == [3, 2])
        #expect(try await store.purposeKeys(of: "q", deadline: deadline).map(\.number) == [1])
    }

    @Test("is won by one of many who set up at once", arguments: Kind.allCases)
    func race(kind: Kind) async throws {
        let store = try await kind.make()
        let deadline = deadline
        let winners = try await withThrowingTaskGroup(of: Int64?.self) { group in
            for index in 0..<20 {
                let credential = credential("AKIA\(index)", "admin\(index)")
                group.addTask { try await store.setUp(credential, deadline: deadline) }
            }
            return try await group.reduce(0) { $0 + ($1 == nil ? 0 : 1) }
        }
        #expect(winners == 1)
        var users = 0
        for index in 0..<20 where try await store.user("admin\(index)", deadline: deadline) != nil { users += 1 }
        #expect(users == 1)
    }
}
