import Logging
import Seeded
import TestSupport
import Testing
import Wire

@testable import Auth

@Suite("Sealing secrets anew")
struct RotationTests {
    private static let old = [UInt8](repeating: 1, count: 32)
    private static let new = [UInt8](repeating: 2, count: 32)
    private static var deadline: ContinuousClock.Instant { .now + .seconds(30) }

    private static func authority(_ store: any AuthStore, _ ring: KeyRing) throws -> Authority {
        try Authority(
            store: store, keys: ring, rules: AuthRules(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// A store with keys of some users and signing keys, and the secrets by access key id.
    private static func filled(
        _ store: any AuthStore, _ ring: KeyRing, users: Int, keys: Int
    ) async throws -> [String: String] {
        var secrets: [String: String] = [:]
        func credential(_ number: Int, _ user: String) throws -> StoredCredential {
            let (id, secret) = ("AKIA\(number)", "secret \(number)")
            secrets[id] = secret
            return StoredCredential(
                accessKeyID: id, userID: user, secret: try ring.seal(secret, of: id), name: "k\(number)",
                expires: 9_999_999_999)
        }
        _ = try await store.setUp(try credential(0, "admin"), deadline: deadline)
        for user in 0..<users {
            _ = try await store.add(User(id: "u\(user)", created: 0), deadline: deadline)
            for key in 0..<keys {
                _ = try await store.add(try credential(1 + user * keys + key, "u\(user)"), deadline: deadline)
            }
        }
        for number in 1...3 as ClosedRange<Int64> {
            let sealed = try ring.seal(Array("key \(number)".utf8), purpose: "p", number: number)
            _ = try await store.add(
                StoredPurposeKey(purpose: "p", number: number, key: sealed, created: 10), removingCreatedBefore: 0,
                deadline: deadline)
        }
        return secrets
    }

    private static func check(_ store: any AuthStore, _ ring: KeyRing, _ secrets: [String: String]) async throws {
        for (id, secret) in secrets {
            let stored = try #require(try await store.credential(id, deadline: deadline))
            #expect(try ring.open(stored.secret, of: id) == secret)
        }
        for key in try await store.purposeKeys(of: "p", deadline: deadline) {
            #expect(try ring.open(key) == Array("key \(key.number)".utf8))
        }
    }

    @Test(
        "the new key alone opens everything, and nothing else of a key is changed", arguments: StoreTests.Kind.allCases)
    func whole(kind: StoreTests.Kind) async throws {
        let store = try await kind.make()
        let secrets = try await Self.filled(store, try KeyRing(current: Self.old), users: 3, keys: 5)
        let both = try KeyRing(current: Self.new, former: [Self.old])
        let authority = try Self.authority(store, both)
        #expect(try await authority.resealSecrets(patience: .seconds(30)) == secrets.count + 3)
        try await Self.check(store, try KeyRing(current: Self.new), secrets)
        let one = try #require(try await store.credential("AKIA1", deadline: Self.deadline))
        #expect(one.name == "k1" && one.expires == 9_999_999_999 && one.userID == "u0")
        #expect(try await store.masterKeyIDs(limit: 9, deadline: Self.deadline) == [both.current.id])
        #expect(try await authority.resealSecrets(patience: .seconds(30)) == 0)
    }

    @Test("a secret that no key opens ends it, and is left as it is", arguments: StoreTests.Kind.allCases)
    func stranger(kind: StoreTests.Kind) async throws {
        let store = try await kind.make()
        let secrets = try await Self.filled(store, try KeyRing(current: Self.old), users: 1, keys: 2)
        let authority = try Self.authority(store, try KeyRing(current: Self.new))
        await #expect(throws: (any Error).self) { try await authority.resealSecrets(patience: .seconds(30)) }
        try await Self.check(store, try KeyRing(current: Self.old), secrets)
    }

    @Test("cut off again and again it comes to its end, and every secret can be opened at any time")
    func cutOff() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        let store = try await StoreTests.Kind.postgres.make()
        let secrets = try await Self.filled(store, try KeyRing(current: Self.old), users: 10, keys: 60)
        let both = try KeyRing(current: Self.new, former: [Self.old])
        var rounds = 0
        while true {
            let authority = try Self.authority(store, both)
            let task = Task { try await authority.resealSecrets(patience: .seconds(30)) }
            let patience = Int.random(in: 5...60, using: &random)
            let ended = Task {
                try await Task.sleep(for: .milliseconds(patience))
                task.cancel()
            }
            let result = await task.result
            ended.cancel()
            rounds += 1
            try await Self.check(store, both, secrets)
            if case .success(0) = result { break }
            #expect(rounds < 500, "seed \(seed)")
            if rounds >= 500 { break }
        }
        #expect(rounds > 2, "seed \(seed): it was hardly cut off")
        try await Self.check(store, try KeyRing(current: Self.new), secrets)
    }
}
