import Cryptography
import NIOHTTP1
import Policy
import Testing
import Wire

@testable import API

@Suite("What a request shows to say whose it is")
struct PresentedCredentialTests {
    private func basic(_ text: String) -> String { "Basic \(Base64.encode(Array(text.utf8)))" }

    @Test("an access key with its secret, which may hold colons")
    func basic() throws {
        #expect(
            try PresentedCredential.read(["Authorization": basic("AKIA:se:cret")])
                == .basic(accessKeyID: "AKIA", secretAccessKey: "se:cret"))
        #expect(
            try PresentedCredential.read(["authorization": basic("k:").replacing("Basic", with: "bAsIc ")])
                == .basic(accessKeyID: "k", secretAccessKey: ""))
    }

    @Test("a token, in the header or in the cookie", arguments: ["Bearer t.o.k", "bearer t.o.k", "BEARER  t.o.k"])
    func token(header: String) throws {
        #expect(try PresentedCredential.read(["Authorization": header]) == .token("t.o.k"))
    }

    @Test(
        "the cookie among others",
        arguments: [
            "internal_auth_session=t.o.k", "a=b; internal_auth_session=t.o.k; c=d", "a=b;internal_auth_session=t.o.k",
        ])
    func cookie(header: String) throws {
        #expect(try PresentedCredential.read(["Cookie": header]) == .token("t.o.k"))
    }

    @Test("the header counts before the cookie, but for schemes of others")
    func order() throws {
        let cookie = ("Cookie", "internal_auth_session=cookie")
        #expect(
            try PresentedCredential.read(HTTPHeaders([("Authorization", "Bearer head"), cookie])) == .token("head"))
        #expect(try PresentedCredential.read(HTTPHeaders([("Authorization", "Digest x"), cookie])) == .token("cookie"))
    }

    @Test(
        "nothing is nothing",
        arguments: [
            [], [("Cookie", "internal_auth_session_2=x")], [("Cookie", "internal_auth_session=")],
            [("Authorization", "AWS4-HMAC-SHA256 x")],
        ]
            as [[(String, String)]])
    func none(headers: [(String, String)]) throws {
        #expect(try PresentedCredential.read(HTTPHeaders(headers)) == nil)
    }

    @Test("what is malformed is refused, not ignored", arguments: ["Basic !", "Basic YQ==", "Basic OmI=", "Bearer "])
    func malformed(header: String) {
        #expect(throws: APIError.unauthenticated) { try PresentedCredential.read(["Authorization": header]) }
    }
}

@Suite("Verdicts are kept for a moment")
struct VerdictCacheTests {
    private let now = ContinuousClock.now

    @Test("for five seconds from when they were asked for, and only for their credential")
    func lifetime() {
        let cache = VerdictCache()
        cache.keep(Caller(principal: Principal(userID: "u"), rights: .none), of: SHA256.hash("a"), asked: now)
        #expect(cache.caller(of: SHA256.hash("a"), at: now + .milliseconds(4_999))?.principal.userID == "u")
        #expect(cache.caller(of: SHA256.hash("a"), at: now + .seconds(5)) == nil)
        #expect(cache.caller(of: SHA256.hash("b"), at: now) == nil)
    }

    @Test("no more of them than stated")
    func bounded() {
        let cache = VerdictCache()
        for number in 0...(VerdictCache.capacity + 10) {
            cache.keep(
                Caller(principal: Principal(userID: "u"), rights: .none), of: SHA256.hash("\(number)"), asked: now)
        }
        #expect(cache.count <= VerdictCache.capacity)
        #expect(cache.caller(of: SHA256.hash("\(VerdictCache.capacity + 10)"), at: now) != nil)
    }
}
