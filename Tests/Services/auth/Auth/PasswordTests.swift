import Cryptography
import Testing
import Wire

@testable import Auth

@Suite("Passwords")
struct PasswordTests {
    private let right = "correct horse battery"

    private func fixture() async throws -> Fixture {
        let (fixture, _) = try await Fixture.ready()
        try await fixture.authority.setPassword(.init(userID: "admin", password: right), Fixture.context())
        return fixture
    }

    private func attempt(
        _ fixture: Fixture, _ user: String, _ password: String, from address: String = "192.0.2.1"
    ) async -> RPCError.Code? {
        do {
            let request = LogInWithPassword.Request(userID: user, password: password)
            _ = try await fixture.authority.logIn(request, Fixture.context(address))
            return nil
        } catch { return (error as? RPCError)?.code }
    }

    @Test("log in; anything else is the same refusal")
    func logIn() async throws {
        let fixture = try await fixture()
        let login = try await fixture.authority.logIn(
            LogInWithPassword.Request(userID: "admin", password: right), Fixture.context())
        #expect(login.expires == fixture.time.unixSeconds + 7 * 86_400)
        let verified = try await fixture.authority.verifyToken(.init(token: login.token), Fixture.context())
        #expect(verified.principal == Principal(userID: "admin"))
        _ = try await fixture.authority.create(CreateUser.Request(userID: "other"), Fixture.context())
        for (user, password) in [
            ("admin", "wrong"), ("admin", ""), ("admin", right + " "), ("admin", right.uppercased()), ("other", right),
            ("nobody", right), ("", right), ("a\u{0}", right), (String(repeating: "a", count: 256), right),
            ("admin", String(repeating: "a", count: 257)),
        ] {
            let address = "192.0.2.\(password.count % 200)"
            #expect(await attempt(fixture, user, password, from: address) == .unauthenticated)
        }
    }

    @Test(
        "are refused where they are too easy",
        arguments: [
            "", "short pas", String(repeating: "a", count: 257), "aaaaaaaaaaaa", "abababababab", "a password\n",
            "administrator", "ADMINISTRATOR",
        ])
    func rule(password: String) async throws {
        let (fixture, _) = try await Fixture.ready()
        _ = try await fixture.authority.create(CreateUser.Request(userID: "administrator"), Fixture.context())
        let error = await expectCode(.invalidArgument) {
            let request = SetPassword.Request(userID: "administrator", password: password)
            try await fixture.authority.setPassword(request, Fixture.context())
        }
        #expect(error != nil)
        #expect(password.isEmpty || error?.message.contains(password) == false, "a password is never quoted")
        let unknown = await expectCode(.notFound) {
            try await fixture.authority.setPassword(.init(userID: "no", password: right), Fixture.context())
        }
        #expect(unknown?.subject == "user")
    }

    @Test("are guessed ten times by a client, then once every ten seconds; others are let in")
    func guesses() async throws {
        let fixture = try await fixture()
        for _ in 0..<10 { #expect(await attempt(fixture, "admin", "wrong one") == .unauthenticated) }
        #expect(await attempt(fixture, "admin", right) == .resourceExhausted)
        #expect(await attempt(fixture, "admin", right, from: "192.0.2.2") == nil)
        fixture.time.advance(10)
        #expect(await attempt(fixture, "admin", right) == nil)
        #expect(await attempt(fixture, "admin", right) == nil, "what was right is not counted")
        #expect(await attempt(fixture, "admin", "wrong one") == .unauthenticated)
        #expect(await attempt(fixture, "admin", right) == .resourceExhausted)
    }

    @Test("of many users are not tried by one client, nor those of one user by many")
    func spread() async throws {
        let fixture = try await fixture()
        for index in 0..<50 { #expect(await attempt(fixture, "user\(index)", right) == .unauthenticated) }
        #expect(await attempt(fixture, "admin", right) == .resourceExhausted)
        for index in 0..<200 {
            #expect(await attempt(fixture, "admin", "wrong", from: "198.51.100.\(index)") == .unauthenticated)
        }
        #expect(await attempt(fixture, "admin", right, from: "203.0.113.1") == .resourceExhausted)
        fixture.time.advance(1)
        #expect(await attempt(fixture, "admin", right, from: "203.0.113.1") == nil)
    }

    @Test("are not let through by many at once, either by the gate or by the line")
    func many() async throws {
        let fixture = try await fixture()
        let answers = await withTaskGroup(of: RPCError.Code?.self) { group in
            for _ in 0..<100 { group.addTask { await attempt(fixture, "admin", "wrong one") } }
            return await group.reduce(into: [RPCError.Code?]()) { $0.append($1) }
        }
        #expect(answers.count { $0 == .unauthenticated } <= 10)
        #expect(answers.allSatisfy { $0 == .unauthenticated || $0 == .resourceExhausted })
    }

    @Test("wait in a line of at most 32")
    func line() async throws {
        let hasher = PasswordHasher(cost: Scrypt.Cost(rounds: 1 << 12, blocks: 8, lanes: 1))
        let done = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 { group.addTask { (try? await hasher.make("a password")) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect((1..<100).contains(done))
        let password = try await hasher.make("a password")
        #expect(try await hasher.matches("a password", password))
        #expect(try await !hasher.matches("another", password))
        #expect(try await !hasher.matches("a password", nil))
        #expect(try await hasher.make("a password") != password, "each has a salt of its own")
    }

    @Test("take as long where there is no such user as where there is")
    func sameTime() async throws {
        let hasher = PasswordHasher(cost: Scrypt.Cost(rounds: 1 << 14, blocks: 8, lanes: 1))
        let password = try await hasher.make("a password")
        func time(_ stored: StoredPassword?) async throws -> Duration {
            let start = ContinuousClock.now
            _ = try await hasher.matches("a guess", stored)
            return .now - start
        }
        // The least of many, one of each in turn: other tests run beside.
        var (known, unknown) = (Duration.seconds(60), Duration.seconds(60))
        for _ in 0..<12 {
            known = min(known, try await time(password))
            unknown = min(unknown, try await time(nil))
        }
        #expect(unknown > known / 2 && known > unknown / 2, "\(known) and \(unknown)")
    }

    @Test("are neither logged nor kept as they are")
    func secret() async throws {
        let fixture = try await fixture()
        _ = await attempt(fixture, "admin", "a wrong password")
        _ = await attempt(fixture, "admin", right)
        #expect(fixture.log.text.contains("set a password"))
        #expect(!fixture.log.text.contains(right) && !fixture.log.text.contains("a wrong password"))
        let stored = try #require(try await fixture.store.password(of: "admin", deadline: .now + .seconds(5)))
        #expect(!String(decoding: stored.password.hash, as: UTF8.self).contains(right))
        #expect(stored.password.salt.count == 16 && stored.password.hash.count == 32)
    }
}
