import Cryptography
import Domain

/// The right to link the bytes at one address to one path of one branch, for a day: it ends the address itself, so a client that
/// writes there by its own means carries it along.
///
/// An address reads `data/<hour>/<id>,<token>`. The token is 24 bytes in base 64 for URLs: the key's number and the end, in
/// seconds since 1970, each of 32 bits, and the first half of an HMAC-SHA256 over these, the repository's id, the branch, the path
/// and the address in front of the comma.
struct AddressToken: Sendable, Hashable {
    /// How long an address can be linked.
    static let lifetimeSeconds: Int64 = 86_400
    private static let codeBytes = 16
    private static let byteCount = 8 + codeBytes

    let repositoryID: Int64
    let branch: BranchName
    let path: ObjectKey

    /// The address with its token.
    ///
    /// - Parameters:
    ///   - place: below the namespace, such as `data/2026-11-22T19/01ab`.
    ///   - now: seconds since 1970.
    func sign(_ place: String, with key: PresigningKey, now: Int64) -> String {
        let expires = UInt32(clamping: now + Self.lifetimeSeconds)
        var bytes: [UInt8] = []
        for number in [key.number, expires] { withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) } }
        bytes.append(contentsOf: code(place, key, expires))
        return "\(place),\(Base64.encode(bytes, .url))"
    }

    enum Verdict: Sendable, Hashable {
        case valid
        case expired
        case wrong
    }

    /// What a signed address claims: its parts, before anything of it is verified.
    struct Claim: Sendable, Hashable {
        let place: String
        let keyNumber: UInt32
        /// Seconds since 1970.
        let expires: UInt32
        let code: [UInt8]

        /// Nil for an address without a token.
        init?(_ address: String) {
            guard let comma = address.utf8.lastIndex(of: UInt8(ascii: ",")),
                let bytes = Base64.decode(address[address.utf8.index(after: comma)...], .url),
                bytes.count == AddressToken.byteCount
            else { return nil }
            place = String(address[..<comma])
            keyNumber = Self.number(bytes[0..<4])
            expires = Self.number(bytes[4..<8])
            code = Array(bytes[8...])
        }

        private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
            bytes.reduce(0) { $0 << 8 | UInt32($1) }
        }
    }

    /// - Parameter key: the key of the claim's number.
    func verify(_ claim: Claim, with key: PresigningKey, now: Int64) -> Verdict {
        guard key.number == claim.keyNumber,
            ConstantTime.equal(code(claim.place, key, claim.expires), claim.code)
        else { return .wrong }
        return Int64(claim.expires) > now ? .valid : .expired
    }

    private func code(_ place: String, _ key: PresigningKey, _ expires: UInt32) -> [UInt8] {
        var fields = SignedFields("tarn address v1")
        fields.add(key.number)
        fields.add(expires)
        fields.add(repositoryID)
        fields.add(branch.string)
        fields.add(path.bytes)
        fields.add(place)
        return Array(key.code(fields).bytes.prefix(Self.codeBytes))
    }
}
