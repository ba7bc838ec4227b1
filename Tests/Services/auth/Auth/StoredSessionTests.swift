import Cryptography
import Database
import Policy
import Testing
import Wire

@testable import Auth

@Suite("Sessions in a store")
struct StoredSessionTests {
    private var deadline: ContinuousClock.Instant { .now + .seconds(30) }
    private let range = ListRange(prefix: "", after: "", amount: 100)
    private static let past: Int64 = 1_600_000_000
    private static let future: Int64 = 4_000_000_000

    private func session(
        _ id: String, _ grant: Session.Grant, login: String? = nil, of user: String = "admin",
        expires: Int64 = StoredSessionTests.future, bounds: [SessionBound] = []
    ) -> (StoredCredential, StoredSession) {
        let session = StoredSession(
            tokenDigest: SHA256.hash(id.utf8), grant: grant, loginID: login, bounds: bounds)
        return (
            StoredCredential(
                accessKeyID: id, userID: user, secret: SealedSecret(keyID: "k", bytes: [1, 2]), name: "n",
                expires: expires, session: session), session
        )
    }

    private func ready(_ kind: StoreTests.Kind) async throws -> any AuthStore {
        let store = try await kind.make()
        let key = StoredCredential(
            accessKeyID: "AKIA1", userID: "admin", secret: SealedSecret(keyID: "k", bytes: [0]))
        _ = try await store.setUp(key, deadline: deadline)
        return store
    }

    @Test("come back as they were kept, apart from lasting keys", arguments: StoreTests.Kind.allCases)
    func kept(kind: StoreTests.Kind) async throws {
        let store = try await ready(kind)
        let bounds = [
            SessionBound(policyIDs: ["a", "ü"]),
            SessionBound(statement: [
                .init(effect: "deny", action: ["fs:*"], resource: "*", condition: ["a": ["b": ["c"]]])
            ]),
        ]
        let (credential, terms) = session("ASIA1", .accessKey("AKIA1"), login: "l", bounds: bounds)
        #expect(try await store.add(credential, terms, deadline: deadline))
        #expect(try await store.credential("ASIA1", deadline: deadline) == credential)
        #expect(try await store.credential("AKIA1", deadline: deadline)?.session == nil)
        #expect(
            try await store.sessions(of: "admin", range, deadline: deadline).results.map(\.accessKeyID) == ["ASIA1"])
        #expect(
            try await store.credentials(of: "admin", range, deadline: deadline).results.map(\.accessKeyID) == ["AKIA1"])
        #expect(try await store.credential("ASIA1", of: "admin", deadline: deadline) == nil)
        await #expect(throws: (any Error).self) {
            try await store.removeCredential("ASIA1", of: "admin", deadline: deadline)
        }
        await #expect(throws: (any Error).self) {
            try await store.removeSession("AKIA1", of: "admin", deadline: deadline)
        }
        try await store.removeSession("ASIA1", of: "admin", deadline: deadline)
        #expect(try await store.credential("ASIA1", deadline: deadline) == nil)
    }

    @Test("end with what their maker was known by", arguments: StoreTests.Kind.allCases)
    func grants(kind: StoreTests.Kind) async throws {
        let store = try await ready(kind)
        try await store.add(
            ExternalPrincipal(id: "x", userID: "admin", settings: nil), deadline: deadline)
        try await store.set(
            StoredPassword(salt: Array(0..<16), hash: Array(0..<32), cost: Fixture.cheap), of: "admin",
            deadline: deadline)
        let generation = try #require(try await store.password(of: "admin", deadline: deadline)).generation
        let second = StoredCredential(
            accessKeyID: "AKIA2", userID: "admin", secret: SealedSecret(keyID: "k", bytes: [0]), expires: Self.past)
        _ = try await store.add(second, deadline: deadline)
        for (credential, session) in [
            session("ASIA1", .accessKey("AKIA1")), session("ASIA2", .externalPrincipal("x"), login: "l"),
            session("ASIA3", .password(generation: generation)), session("ASIA4", .accessKey("AKIA1"), login: "m"),
        ] {
            #expect(try await store.add(credential, session, deadline: deadline))
        }
        func live() async throws -> [String] {
            var found: [String] = []
            for id in ["ASIA1", "ASIA2", "ASIA3", "ASIA4"] {
                if try await store.credential(id, deadline: deadline) != nil { found.append(id) }
            }
            return found
        }
        #expect(try await live() == ["ASIA1", "ASIA2", "ASIA3", "ASIA4"])
        try await store.end(
            Session(id: "m", userID: "admin", incarnation: "", grant: .accessKey("AKIA1"), expires: Self.future),
            deadline: deadline)
        #expect(try await live() == ["ASIA1", "ASIA2", "ASIA3"])
        try await store.removePassword(of: "admin", deadline: deadline)
        #expect(try await live() == ["ASIA1", "ASIA2"])
        try await store.removeExternalPrincipal("x", of: "admin", deadline: deadline)
        #expect(try await live() == ["ASIA1"])
        try await store.removeCredential("AKIA1", of: "admin", deadline: deadline)
        #expect(try await live().isEmpty)
        for (credential, session) in [
            session("ASIA5", .accessKey("AKIA1")), session("ASIA6", .accessKey("none")),
            session("ASIA7", .accessKey("AKIA2"), of: "nobody"),
        ] {
            #expect(try await !store.add(credential, session, deadline: deadline))
        }
    }

    @Test("that were over a day ago are dropped when another is made", arguments: StoreTests.Kind.allCases)
    func dropped(kind: StoreTests.Kind) async throws {
        let store = try await ready(kind)
        let (old, oldSession) = session("ASIA1", .accessKey("AKIA1"), expires: Self.past)
        _ = try await store.add(old, oldSession, deadline: deadline)
        #expect(try await store.credential("ASIA1", deadline: deadline)?.expires == Self.past)
        #expect(try await store.sessions(of: "admin", range, deadline: deadline).results.isEmpty)
        let (new, newSession) = session("ASIA2", .accessKey("AKIA1"))
        _ = try await store.add(new, newSession, deadline: deadline)
        #expect(try await store.credential("ASIA1", deadline: deadline) == nil)
    }

    @Test("have a limit for each user, which keys do not count into")
    func limit() async throws {
        let database = try await PostgresFixture().open()
        let store = PostgresAuthStore(database)
        let key = StoredCredential(
            accessKeyID: "AKIA1", userID: "admin", secret: SealedSecret(keyID: "k", bytes: [0]))
        _ = try await store.setUp(key, deadline: deadline)
        let (first, terms) = session("ASIA1", .accessKey("AKIA1"))
        _ = try await store.add(first, terms, deadline: deadline)
        let fill = Statement.write(
            """
            INSERT INTO credential (access_key_id, user_id, master_key_id, secret, expires, token_digest, by_key, bounds)
            SELECT 'ASIAX' || n, user_id, master_key_id, secret, expires, token_digest, by_key, bounds
            FROM credential, generate_series(3, $1::bigint) n WHERE access_key_id = 'ASIA1'
            """)
        _ = try await database.exclusive(
            fill, [.int64(Int64(DirectoryLimits.sessionsOfUser))], deadline: deadline)
        let (last, _) = session("ASIA2", .accessKey("AKIA1"))
        #expect(try await store.add(last, terms, deadline: deadline))
        let (over, _) = session("ASIA3", .accessKey("AKIA1"))
        let error = await #expect(throws: RPCError.self) { try await store.add(over, terms, deadline: deadline) }
        #expect(error?.code == .invalidArgument)
        let other = StoredCredential(
            accessKeyID: "AKIA2", userID: "admin", secret: SealedSecret(keyID: "k", bytes: [0]))
        #expect(try await store.add(other, deadline: deadline) != nil)
    }
}
