import Cryptography
import JSONCodec
import Wire

/// The keys that a provider signs with (RFC 7517).
struct ProviderKeys: Sendable {
    /// How many keys are read; those behind are left out.
    static let maxKeys = 100

    private struct Entry: Sendable {
        let id: String?
        let key: VerificationKey
    }

    private let entries: [Entry]

    var count: Int { entries.count }

    /// Keys of other kinds, for other uses, or that are malformed are left out: they are no reason to refuse the others.
    ///
    /// - Throws: `unavailable` for what is no set of keys.
    init(_ bytes: [UInt8]) throws(RPCError) {
        do {
            entries = try Self.texts(bytes).compactMap { Self.entry($0) }
        } catch {
            throw .oidc(.unavailable, "the provider's keys cannot be read: \(error.reason)")
        }
    }

    private static func texts(_ bytes: [UInt8]) throws(JSONError) -> [[UInt8]] {
        var reader = JSONReader(bytes)
        var texts: [[UInt8]]?
        try reader.beginObject()
        while let name = try reader.nextKey() {
            guard name == "keys" else {
                try reader.skipValue()
                continue
            }
            guard texts == nil else { throw reader.error("'keys' comes twice") }
            var found: [[UInt8]] = []
            try reader.beginArray()
            while try reader.nextElement() {
                let text = try reader.rawValue()
                if found.count < maxKeys { found.append(Array(text)) }
            }
            texts = found
        }
        try reader.finish()
        guard let texts else { throw reader.error("there is no 'keys'") }
        return texts
    }

    private static func entry(_ text: [UInt8]) -> Entry? {
        guard let members = try? JSONMembers(text), members["use"] == nil || members.text("use") == "sig" else {
            return nil
        }
        func number(_ name: String) -> [UInt8]? { members.text(name).flatMap { Base64.decode($0, .url) } }
        let key: VerificationKey?
        switch members.text("kty") {
        case "RSA":
            guard let modulus = number("n"), let exponent = number("e") else { return nil }
            key = try? VerificationKey(rsaModulus: modulus, exponent: exponent)
        case "EC":
            guard members.text("crv") == "P-256", let x = number("x"), let y = number("y") else { return nil }
            key = try? VerificationKey(p256X: x, y: y)
        default: return nil
        }
        guard let key, members["alg"] == nil || members.text("alg") == IDToken.name(of: key.kind) else { return nil }
        return Entry(id: members.text("kid"), key: key)
    }

    /// The key that a token names; where it names none, the only one of its kind.
    func key(for token: IDToken) -> VerificationKey? {
        let fitting = entries.filter { $0.key.kind == token.kind }
        guard let id = token.keyID else { return fitting.count == 1 ? fitting[0].key : nil }
        return fitting.first { $0.id == id }?.key
    }
}
