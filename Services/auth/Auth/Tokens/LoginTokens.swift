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

    func issue(
        to userID: String, incarnation: String, by grant: Session.Grant, now: Int64
    ) throws -> LoginToken {
        guard let (header, key) = keys.first else { throw CryptographyError.unavailable }
        var claims = LoginClaims(
            aud: Self.audience, exp: now + Self.lifetimeSeconds, iat: now, inc: incarnation,
            jti: Hex.encode(try SecureRandom.bytes(16)), sub: userID)
        switch grant {
        case .accessKey(let id): claims.key = id
        case .password(let generation): claims.pwd = generation
        case .externalPrincipal(let id): claims.ext = id
        }
        let text = "\(header).\(Base64.encode(try claims.jsonBytes(), .url))"
        return LoginToken(token: "\(text).\(Base64.encode(key.code(text).bytes, .url))", expires: claims.exp)
    }

    /// What a token stands for; `nil` for a token that is not ours, was altered, or has expired.
    func session(of token: String, now: Int64) -> Session? {
        guard token.utf8.count <= Self.maxBytes else { return nil }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let key = keys.first(where: { $0.header == parts[0] })?.key,
            let signature = Base64.decode(parts[2], .url).flatMap({ SHA256Digest(bytes: $0) }),
            ConstantTime.equal(key.code("\(parts[0]).\(parts[1])"), signature),
            let bytes = Base64.decode(parts[1], .url), let claims = try? LoginClaims(jsonBytes: bytes),
            claims.aud == Self.audience, claims.exp > now, !claims.sub.isEmpty, let grant = claims.grant
        else { return nil }
        return Session(
            id: claims.jti, userID: claims.sub, incarnation: claims.inc, grant: grant, expires: claims.exp)
    }
}

/// What a login token says; names as in RFC 7519, and four of our own.
private struct LoginClaims: CodableMessage {
    var aud: String
    /// Seconds since 1970, as is `iat`.
    var exp: Int64
    var iat: Int64
    /// Which of the users of this name, one after another.
    var inc: String
    var jti: String
    var sub: String
    /// The access key that was logged in by.
    var key: String?
    /// The generation of the password that was logged in by.
    var pwd: String?
    /// The external principal that was logged in as.
    var ext: String?

    /// Nil unless there is one.
    var grant: Session.Grant? {
        switch (key, pwd, ext) {
        case (let key?, nil, nil): .accessKey(key)
        case (nil, let generation?, nil): .password(generation: generation)
        case (nil, nil, let id?): .externalPrincipal(id)
        default: nil
        }
    }
}
