import JSONCodec
import NIOHTTP1
import Policy
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import API

@Suite("Passwords, sessions and their cookie")
struct SessionOperationTests {
    private func fixture(
        settings: APISettings? = nil, _ more: @escaping (inout RPCRoutes) -> Void = { _ in }
    ) -> Fixture {
        Fixture(
            settings: settings,
            auth: { routes in
                Fixture.acceptTheKey(&routes)
                routes.on(LogInWithPassword.self) { request, _, _ in
                    switch (request.userID, request.password) {
                    case ("ada", "right"): return LoginToken(token: "t.o.k", expires: 1_700_000_060)
                    case ("ada", "often"): throw RPCError(.resourceExhausted, subject: "password", "try later")
                    default: throw RPCError(.unauthenticated, "")
                    }
                }
                more(&routes)
            })
    }

    private func logIn(_ fixture: Fixture, _ password: String) async throws -> Answer {
        try await fixture.send(
            .POST, "/auth/login/password", json: #"{"username":"ada","password":"\#(password)"}"#, isAuthorized: false)
    }

    @Test("a password is exchanged for a token and the cookie")
    func logIn() async throws {
        let fixture = fixture()
        let answer = try await logIn(fixture, "right")
        #expect(answer.text == #"{"token":"t.o.k","token_expiration":1700000060}"#)
        #expect(
            answer.header("Set-Cookie")
                == "internal_auth_session=t.o.k; Path=/; HttpOnly; SameSite=Strict; Max-Age=60")
        #expect(answer.header("Cache-Control") == "no-store")
        #expect(try await logIn(fixture, "wrong").status == 401)
        #expect(try await logIn(fixture, "often").status == 429)
        let missing = try await fixture.send(
            .POST, "/auth/login/password", json: #"{"username":"ada"}"#, isAuthorized: false)
        #expect(missing.status == 400)
    }

    @Test("the cookie is for TLS alone where clients come by TLS")
    func secure() async throws {
        var settings = APISettings(s3EndpointURL: nil, defaultNamespacePrefix: "local://")
        settings.endpointURL = "https://lake.example"
        let cookie = try await logIn(fixture(settings: settings), "right").header("Set-Cookie")
        #expect(cookie?.contains("; Secure; ") == true)
        settings.endpointURL = "http://lake.example"
        let plain = try await logIn(fixture(settings: settings), "right").header("Set-Cookie")
        #expect(plain?.contains("Secure") == false)
    }

    @Test("a password is set and taken away")
    func setPassword() async throws {
        let asked = Recorder<String>()
        let fixture = fixture { routes in
            routes.on(SetPassword.self) { request, context, _ in
                asked.note("\(request.userID) \(request.password) \(context.principal?.userID ?? "")")
                return Nothing()
            }
            routes.on(RemovePassword.self) { request, _, _ in
                asked.note(request.userID)
                return Nothing()
            }
        }
        let set = try await fixture.send(.PUT, "/auth/users/a%20b/password", json: #"{"password":"p"}"#)
        #expect(set.status == 204 && asked.last == "a b p admin")
        #expect(try await fixture.send(.DELETE, "/auth/users/u/password").status == 204)
        #expect(asked.last == "u")
        #expect(try await fixture.send(.PUT, "/auth/users/u/password", json: "{}").status == 400)
    }

    @Test("a log-out ends the session of the token or cookie, and takes the cookie back")
    func logOut() async throws {
        let ended = Recorder<String>()
        let fixture = fixture { routes in
            routes.on(LogOut.self) { request, _, _ in
                ended.note(request.token)
                return Nothing()
            }
        }
        for (headers, token) in [
            (["Cookie": "a=b; internal_auth_session=c.o.k"], "c.o.k"), (["Authorization": "Bearer t.o.k"], "t.o.k"),
        ] as [(HTTPHeaders, String)] {
            let answer = try await fixture.send(.POST, "/auth/logout", headers: headers, isAuthorized: false)
            #expect(answer.status == 204 && ended.last == token)
            #expect(
                answer.header("Set-Cookie")
                    == "internal_auth_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0")
        }
        #expect(try await fixture.send(.POST, "/auth/logout", isAuthorized: false).status == 204)
        #expect(ended.all.count == 2)
    }

    @Test(
        "what changes something by the cookie alone must come from the same site",
        arguments: [
            (["Sec-Fetch-Site": "same-origin"], true), (["Sec-Fetch-Site": "none"], true),
            (["Sec-Fetch-Site": "cross-site"], false), (["Sec-Fetch-Site": "same-site"], false),
            (["Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"], true),
            (["Origin": "http://lake.example"], true), (["Origin": "HTTPS://Lake.Example"], true),
            (["Origin": "http://lake.example:81"], false), (["Origin": "https://evil.example"], false),
            (["Origin": "null"], false), ([:], true),
            (["Origin": "https://evil.example", "Authorization": "Bearer t"], true),
        ] as [(HTTPHeaders, Bool)])
    func otherSites(headers: HTTPHeaders, isTaken: Bool) async throws {
        let fixture = fixture { routes in
            routes.on(VerifyToken.self) { _, _, _ in
                Verified(principal: Principal(userID: "admin"), policies: [.everything])
            }
            routes.on(DeleteUser.self) { _, _, _ in Nothing() }
            routes.on(GetUser.self) { request, _, _ in User(id: request.userID, created: 1) }
        }
        var headers = headers
        headers.add(name: "Cookie", value: "internal_auth_session=t")
        headers.add(name: "Host", value: "lake.example")
        let answer = try await fixture.send(.DELETE, "/auth/users/u", headers: headers, isAuthorized: false)
        #expect(answer.status == (isTaken ? 204 : 403), "\(headers)")
        // Reading is no harm: no other site sees the answer.
        #expect(try await fixture.send(.GET, "/auth/users/u", headers: headers, isAuthorized: false).status == 200)
    }
}
