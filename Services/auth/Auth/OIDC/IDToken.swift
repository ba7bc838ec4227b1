import Cryptography
import JSONCodec
import Wire

/// A token that tells who somebody is, taken apart and not yet believed.
struct IDToken: Sendable {
    static let maxBytes = 65_536

    let kind: VerificationKey.Kind
    /// The key it says it was signed with.
    let keyID: String?
    private let signed: [UInt8]
    private let signature: [UInt8]
    private let payload: [UInt8]

    /// The name of a kind of key in tokens (RFC 7518). There are no others: a token that names `none`, or an algorithm with a
    /// shared secret, for which the public key could be passed off, is refused before any key is looked for.
    static func name(of kind: VerificationKey.Kind) -> String {
        switch kind {
        case .rsa: "RS256"
        case .p256: "ES256"
        }
    }

    /// - Throws: `unauthenticated` for what is no token, and for one that is signed in any other way.
    init(_ text: String) throws(RPCError) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.maxBytes, parts.count == 3, let head = Base64.decode(parts[0], .url),
            let payload = Base64.decode(parts[1], .url), let signature = Base64.decode(parts[2], .url),
            let members = try? JSONMembers(head)
        else { throw .oidc(.token, "what the provider sent is no signed token") }
        switch members.text("alg") {
        case Self.name(of: .rsa): kind = .rsa
        case Self.name(of: .p256): kind = .p256
        default: throw .oidc(.token, "the token is signed neither by RS256 nor by ES256")
        }
        // Whoever does not know what it lists must refuse the token (RFC 7515 §4.1.11).
        guard members["crit"] == nil else { throw .oidc(.token, "the token asks for what is not known here") }
        keyID = members.text("kid")
        self.payload = payload
        self.signature = signature
        signed = Array(text.utf8.prefix(parts[0].utf8.count + 1 + parts[1].utf8.count))
    }

    /// - Throws: `unauthenticated` unless the key's owner signed it and its claims are JSON.
    func claims(signedWith key: VerificationKey) throws(RPCError) -> JSONMembers {
        guard key.kind == kind, key.verifies(signature, of: signed) else {
            throw .oidc(.token, "the token's signature is wrong")
        }
        do { return try JSONMembers(payload) } catch {
            throw .oidc(.token, "the token's claims cannot be read: \(error.reason)")
        }
    }
}
