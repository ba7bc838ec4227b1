import Cryptography
import ObjectStore

/// What a client gets as the entity tag of a part that Tarn wrote itself, and gives back to complete the upload: the MD5 of the
/// bytes and the store's receipt, 32 hexadecimal digits each.
struct PartTag: Sendable, Hashable, CustomStringConvertible {
    let content: MD5Digest
    let receipt: String

    init(content: MD5Digest, receipt: String) {
        self.content = content
        self.receipt = receipt
    }

    /// Nil for anything that is no such tag.
    init?(_ text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 64, let bytes = Hex.decode(String(decoding: digits.prefix(32), as: UTF8.self)),
            let content = MD5Digest(bytes: bytes)
        else { return nil }
        self.init(content: content, receipt: String(decoding: digits.suffix(32), as: UTF8.self))
    }

    var description: String { content.hex + receipt }

    /// The entity tag of an object made of parts, as S3 forms it.
    static func joined(_ parts: some Collection<MD5Digest>) -> String {
        var hash = MD5()
        for part in parts { part.withUnsafeBytes { hash.update($0) } }
        return "\(hash.finalize().hex)-\(parts.count)"
    }
}
