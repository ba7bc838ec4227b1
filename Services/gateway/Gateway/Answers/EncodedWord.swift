import Cryptography

/// Text beyond ASCII in a header (RFC 2047), as S3 sends the metadata of objects.
enum EncodedWord {
    /// One word in base 64, however long, as S3 does; nil for a text that goes into a header as it is.
    static func of(_ text: String) -> String? {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return nil }
        return "=?UTF-8?B?\(Base64.encode(Array(text.utf8)))?="
    }
}
