import Cryptography
import JSONCodec
import Wire

/// Login tokens: JSON Web Tokens (RFC 7519) with HMAC-SHA256 and nothing else.
///
/// A header is accepted only if it is byte for byte one of ours, so no token chooses how it is verified.
struct LoginTokens: Sendable {
    /// How long a token is good for, in seconds.
    static let lifetimeSeconds: Int64 = 7 * 86_400
    /// The greatest length of a token, in bytes.
    static let maxBytes = 4096
    private static let audience = "login"

    private let keys: [(header: String, key: HMACSHA256)]

    init(_ ring: KeyRing) {
        keys = ring.all.map { key in
            let header = #"{"alg":"HS256","kid":"\#(key.id)","typ":"JWT"}"#
            return (Base64.encode(Array(header.utf8), .url), key.tokens)
        }
    }

    func issue(to userID: String, now: Int64) throws -> LoginToken {
        guard let (header, key) = keys.first else { throw CryptographyError.unavailable }
        let claims = LoginClaims(
            aud: Self.audience, exp: now + Self.lifetimeSeconds, iat: now, jti: Hex.encode(try SecureRandom.bytes(16)),
            sub: userID)
        let text = "\(header).\(Base64.encode(try claims.jsonBytes(), .url))"
        return LoginToken(token: "\(text).\(Base64.encode(key.code(text).bytes, .url))", expires: claims.exp)
    }

    /// The user a token was issued to; `nil` for a token that is not ours, was altered, or has expired.
    func user(of token: String, now: Int64) -> String? {
        guard token.utf8.count <= Self.maxBytes else { return nil }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let key = keys.first(where: { $0.header == parts[0] })?.key,
            let signature = Base64.decode(parts[2], .url).flatMap({ SHA256Digest(bytes: $0) }),
            ConstantTime.equal(key.code("\(parts[0]).\(parts[1])"), signature),
            let bytes = Base64.decode(parts[1], .url), let claims = try? LoginClaims(jsonBytes: bytes),
            claims.aud == Self.audience, claims.exp > now, !claims.sub.isEmpty
        else { return nil }
        return claims.sub
    }
}

/// What a login token says; names as in RFC 7519.
private struct LoginClaims: CodableMessage {
    var aud: String
    /// Seconds since 1970, as is `iat`.
    var exp: Int64
    var iat: Int64
    var jti: String
    var sub: String
}
