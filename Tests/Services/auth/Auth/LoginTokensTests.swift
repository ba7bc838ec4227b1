import Cryptography
import Testing
import Wire

@testable import Auth

@Suite("Login tokens")
struct LoginTokensTests {
    private static let now: Int64 = 1_773_500_966
    private let ring: KeyRing
    private let tokens: LoginTokens

    init() throws {
        ring = try KeyRing(current: Fixture.masterKey)
        tokens = LoginTokens(ring)
    }

    /// A token with any header and claims, signed with our own key.
    private func forge(header: String? = nil, claims: String, key: HMACSHA256? = nil) -> String {
        let header = header ?? #"{"alg":"HS256","kid":"\#(ring.current.id)","typ":"JWT"}"#
        let text = "\(Base64.encode(Array(header.utf8), .url)).\(Base64.encode(Array(claims.utf8), .url))"
        return "\(text).\(Base64.encode((key ?? ring.current.tokens).code(text).bytes, .url))"
    }

    private static let claims =
        #"{"sub":"admin","aud":"login","exp":1773500967,"iat":1,"jti":"a","inc":"i","key":"AKIA1"}"#

    @Test("are JSON Web Tokens of three parts with the claims that clients expect")
    func form() throws {
        let login = try tokens.issue(to: "admin", now: Self.now)
        let parts = login.token.split(separator: ".")
        #expect(parts.count == 3)
        let header = String(decoding: try #require(Base64.decode(parts[0], .url)), as: UTF8.self)
        #expect(header.contains(#""alg":"HS256""#) && header.contains(#""typ":"JWT""#))
        let claims = String(decoding: try #require(Base64.decode(parts[1], .url)), as: UTF8.self)
        #expect(claims.contains(#""sub":"admin""#) && claims.contains(#""aud":"login""#))
        #expect(claims.contains(#""exp":1774105766"#))
        #expect(tokens.user(of: login.token, now: Self.now) == "admin")
        let session = try #require(tokens.session(of: login.token, now: Self.now))
        #expect(session.incarnation == "i" && session.grant == .accessKey("AKIA1"))
        #expect(session.expires == login.expires)
        #expect(claims.contains(session.id))
        #expect(try tokens.issue(to: "admin", now: Self.now).token != login.token, "each is unique")
    }

    @Test("accept our own forgery, so that the refusals below mean something")
    func control() {
        #expect(tokens.user(of: forge(claims: Self.claims), now: Self.now) == "admin")
    }

    @Test(
        "refuse every header but our own",
        arguments: [
            #"{"alg":"none","typ":"JWT"}"#, #"{"alg":"None","kid":"ID","typ":"JWT"}"#,
            #"{"alg":"HS512","kid":"ID","typ":"JWT"}"#, #"{"alg":"RS256","kid":"ID","typ":"JWT"}"#,
            #"{"typ":"JWT","alg":"HS256","kid":"ID"}"#, #"{"alg":"HS256","typ":"JWT"}"#,
            #"{"alg":"HS256","kid":"0000000000000000","typ":"JWT"}"#, "{}", "",
        ])
    func headers(header: String) {
        let header = header.replacing("ID", with: ring.current.id)
        #expect(tokens.user(of: forge(header: header, claims: Self.claims), now: Self.now) == nil)
    }

    @Test(
        "refuse claims that are expired, for another audience, or incomplete",
        arguments: [
            claims.replacing("1773500967", with: "1773500966"), claims.replacing("login", with: "api"),
            claims.replacing("admin", with: ""), claims.replacing(#""sub":"admin","#, with: ""),
            claims.replacing(#""exp":1773500967,"#, with: ""), claims.replacing("1773500967", with: #""1773500967""#),
            claims.replacing(#","inc":"i""#, with: ""), claims.replacing(#","key":"AKIA1""#, with: ""),
            claims.replacing(#""key":"AKIA1""#, with: #""key":"AKIA1","pwd":"1""#), "{}", "[]", "", "null",
            claims + "x",
        ])
    func refusedClaims(claims: String) {
        #expect(tokens.user(of: forge(claims: claims), now: Self.now) == nil)
    }

    @Test("refuse a token that is altered anywhere, cut, or not signed")
    func altered() throws {
        let token = try tokens.issue(to: "admin", now: Self.now).token
        let bytes = Array(token.utf8)
        for index in bytes.indices {
            var other = bytes
            other[index] = other[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(tokens.user(of: String(decoding: other, as: UTF8.self), now: Self.now) == nil, "byte \(index)")
            #expect(tokens.user(of: String(token.prefix(index)), now: Self.now) == nil)
        }
        let unsigned = token.split(separator: ".").prefix(2).joined(separator: ".")
        for text in [unsigned, unsigned + ".", token + ".", token + "=", "." + token, "..", "", "a.b.c"] {
            #expect(tokens.user(of: text, now: Self.now) == nil)
        }
        let long = forge(claims: Self.claims + String(repeating: " ", count: 4096))
        #expect(tokens.user(of: long, now: Self.now) == nil)
    }

    @Test("are refused when made with another key, and accepted after their key has become a former one")
    func rotation() throws {
        let token = try tokens.issue(to: "admin", now: Self.now).token
        let fresh = [UInt8](repeating: 9, count: 32)
        let other = LoginTokens(try KeyRing(current: fresh))
        #expect(other.user(of: token, now: Self.now) == nil)
        let rotated = LoginTokens(try KeyRing(current: fresh, former: [Fixture.masterKey]))
        #expect(rotated.user(of: token, now: Self.now) == "admin")
        #expect(tokens.user(of: try rotated.issue(to: "admin", now: Self.now).token, now: Self.now) == nil)
        #expect(tokens.user(of: forge(claims: Self.claims, key: HMACSHA256("guess")), now: Self.now) == nil)
    }
}

extension LoginTokens {
    fileprivate func issue(to user: String, now: Int64) throws -> LoginToken {
        try issue(to: user, incarnation: "i", by: .accessKey("AKIA1"), now: now)
    }

    fileprivate func user(of token: String, now: Int64) -> String? { session(of: token, now: now)?.userID }
}
