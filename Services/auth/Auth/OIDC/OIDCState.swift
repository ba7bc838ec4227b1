import Cryptography
import JSONCodec
import Wire

/// What a browser keeps between the beginning and the end of a log-in, sealed so that it reads and changes nothing of it.
///
/// Any auth may have begun the log-in, and any other end it.
struct OIDCState: CodableMessage {
    /// How long a person may take at the provider.
    static let lifetimeSeconds: Int64 = 600
    /// What is left of the 4,096 bytes of a cookie.
    static let maxSealedBytes = 3_900

    /// Comes back in the browser's URL.
    var state: String
    /// Comes back in the token.
    var nonce: String
    /// Proves to the provider that who began the log-in ends it (RFC 7636).
    var verifier: String
    var redirectURL: String
    var next: String
    /// Seconds since 1970.
    var expires: Int64

    /// - Throws: where there is no randomness.
    init(_ request: BeginOIDC.Request, now: Int64) throws(CryptographyError) {
        func random() throws(CryptographyError) -> String { Base64.encode(try SecureRandom.bytes(32), .url) }
        state = try random()
        nonce = try random()
        verifier = try random()
        redirectURL = request.redirectURL
        next = request.next
        expires = now + Self.lifetimeSeconds
    }

    var challenge: String { Base64.encode(SHA256.hash(verifier).bytes, .url) }

    func sealed(_ keys: KeyRing) throws -> String {
        let sealed = try keys.sealState(try jsonBytes())
        return "\(sealed.keyID).\(Base64.encode(sealed.bytes, .url))"
    }

    /// Nil for what none of the keys sealed, and for what is over.
    init?(sealed text: String?, _ keys: KeyRing, now: Int64) {
        guard let text, text.utf8.count <= Self.maxSealedBytes, let dot = text.firstIndex(of: "."),
            let bytes = Base64.decode(text[text.index(after: dot)...], .url),
            let opened = try? keys.openState(SealedSecret(keyID: String(text[..<dot]), bytes: bytes)),
            let state = try? Self(jsonBytes: opened), state.expires > now
        else { return nil }
        self = state
    }
}
