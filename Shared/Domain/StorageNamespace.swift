/// The place in an object store below which a repository keeps its bytes, such as `s3://bucket/prefix` or `local://name`.
///
/// Kept without a trailing slash.
package struct StorageNamespace: Sendable, Hashable, CustomStringConvertible {
    package enum Scheme: String, Sendable { case s3, local }

    /// The greatest length, in bytes.
    package static let maxBytes = 1_024

    package let string: String
    package let scheme: Scheme
    /// The bucket of an S3 store; the first name below the root of a local one.
    package let bucket: String
    /// The rest, without slashes at its ends; empty for a whole bucket.
    package let prefix: String

    /// - Throws: `InvalidName` for an unknown scheme, no bucket, or path elements that would lead outside (`.`, `..`, empty, control
    ///   characters, a backslash).
    package init(_ string: String) throws(InvalidName) {
        // Over bytes, not characters: each answer that locates an object brings a namespace along.
        let bytes = string.utf8
        guard bytes.count <= Self.maxBytes else { throw Self.refusal("is longer than \(Self.maxBytes) bytes") }
        guard let (scheme, start) = Self.scheme(bytes) else { throw Self.refusal("must begin with s3:// or local://") }
        let slash = UInt8(ascii: "/")
        var end = bytes.endIndex
        while end > start, bytes[bytes.index(before: end)] == slash { end = bytes.index(before: end) }
        guard start < end, bytes[start] != slash else { throw Self.refusal("names no bucket") }
        try Self.checkElements(bytes[start..<end])
        let bucketEnd = bytes[start..<end].firstIndex(of: slash) ?? end
        self.scheme = scheme
        bucket = String(string[start..<bucketEnd])
        prefix = bucketEnd == end ? "" : String(string[bytes.index(after: bucketEnd)..<end])
        self.string = end == bytes.endIndex ? string : String(string[..<end])
    }

    private static func refusal(_ reason: String) -> InvalidName {
        InvalidName(kind: "storage namespace", reason: reason)
    }

    /// The scheme, and where the rest begins.
    private static func scheme(_ bytes: String.UTF8View) -> (Scheme, String.Index)? {
        for scheme in [Scheme.local, .s3] {
            let start = scheme.rawValue + "://"
            if bytes.starts(with: start.utf8) {
                return (scheme, bytes.index(bytes.startIndex, offsetBy: start.utf8.count))
            }
        }
        return nil
    }

    private static func checkElements(_ path: Substring.UTF8View) throws(InvalidName) {
        var length = 0
        var dots = 0
        func check() throws(InvalidName) {
            guard length > 0, length > 2 || dots < length else { throw refusal("holds an empty, '.' or '..' element") }
        }
        for byte in path {
            if byte == UInt8(ascii: "/") {
                try check()
                (length, dots) = (0, 0)
                continue
            }
            guard byte > 0x20, byte != 0x7F, byte != UInt8(ascii: "\\") else {
                throw refusal("holds spaces, control characters or backslashes")
            }
            length += 1
            if byte == UInt8(ascii: ".") { dots += 1 }
        }
        try check()
    }

    package var description: String { string }
}
