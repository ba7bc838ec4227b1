import Testing
import Wire

@testable import Auth

@Suite("A session")
struct SessionTests {
    private let context = Fixture.context()

    private func isGood(_ fixture: Fixture, _ login: LoginToken) async throws -> Bool {
        do {
            _ = try await fixture.authority.verifyToken(.init(token: login.token), context)
            return true
        } catch let error as RPCError where error.code == .unauthenticated {
            return false
        }
    }

    private func logIn(_ fixture: Fixture, _ key: AccessKey) async throws -> LoginToken {
        try await fixture.authority.logIn(
            .init(accessKeyID: key.accessKeyID, secretAccessKey: key.secretAccessKey), context)
    }

    private func user(_ fixture: Fixture, _ id: String) async throws -> AccessKey {
        _ = try await fixture.authority.create(CreateUser.Request(userID: id), context)
        return try await fixture.authority.create(CreateCredential.Request(userID: id), context)
    }

    @Test("ends with a log-out, and no other does")
    func logOut() async throws {
        let (fixture, key) = try await Fixture.ready()
        let (one, other) = (try await logIn(fixture, key), try await logIn(fixture, key))
        for _ in 0..<2 { try await fixture.authority.logOut(.init(token: one.token), context) }
        #expect(try await !isGood(fixture, one))
        #expect(try await isGood(fixture, other))
        for token in ["", "a.b.c", other.token + "x"] {
            try await fixture.authority.logOut(.init(token: token), context)
        }
        #expect(try await isGood(fixture, other))
    }

    @Test("ends with the key it began with")
    func key() async throws {
        let (fixture, _) = try await Fixture.ready()
        let key = try await user(fixture, "u")
        let second = try await fixture.authority.create(CreateCredential.Request(userID: "u"), context)
        let (one, other) = (try await logIn(fixture, key), try await logIn(fixture, second))
        try await fixture.authority.delete(
            DeleteCredential.Request(userID: "u", accessKeyID: key.accessKeyID), context)
        #expect(try await !isGood(fixture, one))
        #expect(try await isGood(fixture, other))
        let short = try await fixture.authority.create(
            CreateCredential.Request(userID: "u", expires: fixture.time.unixSeconds + 10), context)
        let third = try await logIn(fixture, short)
        fixture.time.advance(9)
        #expect(try await isGood(fixture, third))
        fixture.time.advance(1)
        #expect(try await !isGood(fixture, third))
    }

    @Test("ends with its user, and is not that of the next of the same name")
    func user() async throws {
        let (fixture, _) = try await Fixture.ready()
        let login = try await logIn(fixture, try await user(fixture, "u"))
        #expect(try await isGood(fixture, login))
        try await fixture.authority.delete(DeleteUser.Request(userID: "u"), context)
        #expect(try await !isGood(fixture, login))
        let again = try await logIn(fixture, try await user(fixture, "u"))
        #expect(try await !isGood(fixture, login))
        #expect(try await isGood(fixture, again))
    }

    @Test("ends with another password, or none")
    func password() async throws {
        let (fixture, _) = try await Fixture.ready()
        _ = try await user(fixture, "u")
        func logIn(_ password: String) async throws -> LoginToken {
            try await fixture.authority.logIn(LogInWithPassword.Request(userID: "u", password: password), context)
        }
        try await fixture.authority.setPassword(.init(userID: "u", password: "first password"), context)
        let first = try await logIn("first password")
        #expect(try await isGood(fixture, first))
        try await fixture.authority.setPassword(.init(userID: "u", password: "first password"), context)
        #expect(try await !isGood(fixture, first), "the same password again is another one")
        let second = try await logIn("first password")
        try await fixture.authority.removePassword(.init(userID: "u"), context)
        #expect(try await !isGood(fixture, second))
        #expect(await expectCode(.unauthenticated) { _ = try await logIn("first password") } != nil)
    }

    @Test("is good or not as its store knows", arguments: StoreTests.Kind.allCases)
    func store(kind: StoreTests.Kind) async throws {
        let store = try await kind.make()
        let deadline = ContinuousClock.now + .seconds(30)
        _ = try await store.add(User(id: "u", created: 0), deadline: deadline)
        _ = try await store.add(User(id: "v", created: 0), deadline: deadline)
        #expect(try await store.incarnation(of: "no", deadline: deadline) == nil)
        let incarnation = try #require(try await store.incarnation(of: "u", deadline: deadline))
        let sealed = SealedSecret(keyID: "k", bytes: [1])
        for (id, user) in [("AK1", "u"), ("AK2", "v")] {
            let stored = StoredCredential(accessKeyID: id, userID: user, secret: sealed, expires: 2_000_000_000)
            _ = try await store.add(stored, deadline: deadline)
        }
        func session(_ grant: Session.Grant, _ incarnation: String, id: String = "1") -> Session {
            Session(id: id, userID: "u", incarnation: incarnation, grant: grant, expires: 3_000_000_000)
        }
        func isGood(_ session: Session, now: Int64 = 1_900_000_000) async throws -> Bool {
            try await store.isGood(session, now: now, deadline: deadline)
        }
        let byKey = session(.accessKey("AK1"), incarnation)
        #expect(try await isGood(byKey))
        #expect(try await isGood(byKey, now: 1_999_999_999))
        #expect(try await !isGood(byKey, now: 2_000_000_000))
        #expect(try await !isGood(session(.accessKey("AK2"), incarnation)), "a key of another user")
        #expect(try await !isGood(session(.accessKey("AK1"), "x")))
        #expect(try await !isGood(session(.password(generation: "x"), incarnation)))
        #expect(try await store.password(of: "u", deadline: deadline) == nil)
        let password = StoredPassword(
            salt: [UInt8](repeating: 1, count: 16), hash: [UInt8](repeating: 2, count: 32), cost: Fixture.cheap)
        try await store.set(password, of: "u", deadline: deadline)
        let kept = try #require(try await store.password(of: "u", deadline: deadline))
        #expect(kept.password == password)
        let byPassword = session(.password(generation: kept.generation), incarnation, id: "2")
        #expect(try await isGood(byPassword))
        try await store.set(password, of: "u", deadline: deadline)
        #expect(try await !isGood(byPassword))
        try await store.removePassword(of: "u", deadline: deadline)
        #expect(
            await expectCode(.notFound) { try await store.removePassword(of: "u", deadline: deadline) }?.subject
                == "password")
        for _ in 0..<2 { try await store.end(byKey, deadline: deadline) }
        #expect(try await !isGood(byKey))
        #expect(try await isGood(session(.accessKey("AK1"), incarnation, id: "3")))
        try await store.removeUser("u", deadline: deadline)
        for call in [
            { try await store.set(password, of: "u", deadline: deadline) },
            { try await store.removePassword(of: "u", deadline: deadline) },
        ] { #expect(await expectCode(.notFound, call)?.subject == "user") }
    }
}
