import Testing
import Wire

@testable import Auth

@Suite("Logging in")
struct LoginTests {
    @Test("gives a token that works for 7 days")
    func token() async throws {
        let (fixture, key) = try await Fixture.ready()
        let login = try await fixture.authority.logIn(
            .init(accessKeyID: key.accessKeyID, secretAccessKey: key.secretAccessKey), Fixture.context())
        #expect(login.expires == fixture.time.unixSeconds + 7 * 86_400)
        let request = VerifyToken.Request(token: login.token)
        #expect(
            try await fixture.authority.verifyToken(request, Fixture.context()).principal == Principal(userID: "admin"))
        fixture.time.advance(7 * 86_400 - 1)
        #expect(
            try await fixture.authority.verifyToken(request, Fixture.context()).principal == Principal(userID: "admin"))
        fixture.time.advance(1)
        let error = await expectCode(.unauthenticated) {
            _ = try await fixture.authority.verifyToken(request, Fixture.context())
        }
        #expect(error != nil)
    }

    @Test("answers an unknown key and a wrong secret alike")
    func alike() async throws {
        let (fixture, key) = try await Fixture.ready()
        var errors: Set<RPCError> = []
        for (accessKeyID, secret) in [
            (key.accessKeyID, "wrong"), (key.accessKeyID, ""), ("AKIAUNKNOWN", key.secretAccessKey), ("", ""),
            ("a/b", "c"), ("decoy", "c"),
        ] {
            do {
                _ = try await fixture.authority.logIn(
                    .init(accessKeyID: accessKeyID, secretAccessKey: secret), Fixture.context())
                Issue.record("\(accessKeyID) logged in")
            } catch let error as RPCError {
                errors.insert(error)
            }
            do {
                _ = try await fixture.authority.verifySecret(
                    .init(accessKeyID: accessKeyID, secretAccessKey: secret), Fixture.context())
                Issue.record("\(accessKeyID) was verified")
            } catch let error as RPCError {
                errors.insert(error)
            }
        }
        #expect(errors.map(\.code) == [.unauthenticated])
    }

    @Test("is over when the user is removed")
    func removed() async throws {
        let (fixture, key) = try await Fixture.ready()
        let login = try await fixture.authority.logIn(
            .init(accessKeyID: key.accessKeyID, secretAccessKey: key.secretAccessKey), Fixture.context())
        fixture.store.dropUser("admin")
        let error = await expectCode(.unauthenticated) {
            _ = try await fixture.authority.verifyToken(.init(token: login.token), Fixture.context())
        }
        #expect(error != nil)
        let missing = await expectCode(.notFound) {
            _ = try await fixture.authority.user(.init(userID: "admin"), Fixture.context())
        }
        #expect(missing?.subject == "user")
    }

    @Test("is refused to a client that guesses too often, but not to one whose key is in use")
    func guesses() async throws {
        var misses = MissLimits()
        misses.burst = 10
        misses.forgivenPerSecond = 2
        let (fixture, key) = try await Fixture.ready(misses: misses)
        func attempt(_ accessKeyID: String, _ secret: String, _ address: String = "192.0.2.1") async -> RPCError.Code? {
            do {
                _ = try await fixture.authority.verifySecret(
                    .init(accessKeyID: accessKeyID, secretAccessKey: secret), Fixture.context(address))
                return nil
            } catch {
                return (error as? RPCError)?.code
            }
        }
        for index in 0..<10 { #expect(await attempt("AKIA\(index)", "x") == .unauthenticated) }
        #expect(await attempt("AKIANEXT", "x") == .resourceExhausted)
        #expect(await attempt("AKIANEXT", "x", "192.0.2.2") == .unauthenticated, "another client is not concerned")
        #expect(await attempt(key.accessKeyID, key.secretAccessKey) == nil, "the key was in use a moment ago")
        #expect(await attempt(key.accessKeyID, "wrong") == .unauthenticated)
        fixture.time.advance(1)
        #expect(await attempt("AKIANEXT", "x") == .unauthenticated)
        #expect(await attempt("AKIANEXT", "x") == .unauthenticated)
        #expect(await attempt("AKIANEXT", "x") == .resourceExhausted)
    }
}
