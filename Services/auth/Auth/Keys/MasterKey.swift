import Cryptography

/// A key from the configuration, and the keys derived from it, one for each use.
struct MasterKey: Sendable {
    static let byteCount = 32

    /// Names it in the database and in tokens; tells nothing about it.
    let id: String
    let secrets: AES256GCM
    let tokens: HMACSHA256

    /// - Throws: `CryptographyError.wrongLength` unless there are 32 bytes.
    init(_ bytes: [UInt8]) throws(CryptographyError) {
        guard bytes.count == Self.byteCount else { throw .wrongLength }
        let root = HMACSHA256(bytes)
        id = String(root.code("tarn auth v1: key id").hex.prefix(16))
        secrets = try AES256GCM(key: root.code("tarn auth v1: secrets at rest").bytes)
        tokens = HMACSHA256(root.code("tarn auth v1: login tokens"))
    }
}
