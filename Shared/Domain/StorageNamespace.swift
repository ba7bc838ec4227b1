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
        func refuse(_ reason: String) -> InvalidName { InvalidName(kind: "storage namespace", reason: reason) }
        guard string.utf8.count <= Self.maxBytes else { throw refuse("is longer than \(Self.maxBytes) bytes") }
        guard let separator = string.firstRange(of: "://"),
            let scheme = Scheme(rawValue: String(string[..<separator.lowerBound]))
        else {
            throw refuse("must begin with s3:// or local://")
        }
        var path = string[separator.upperBound...]
        while path.last == "/" { path.removeLast() }
        let elements = path.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = elements.first, !first.isEmpty else { throw refuse("names no bucket") }
        for element in elements {
            guard !element.isEmpty, element != ".", element != ".." else {
                throw refuse("holds an empty, '.' or '..' element")
            }
            guard element.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }) else {
                throw refuse("holds spaces, control characters or backslashes")
            }
        }
        self.scheme = scheme
        bucket = String(first)
        prefix = elements.dropFirst().joined(separator: "/")
        self.string = "\(scheme.rawValue)://\(path)"
    }

    package var description: String { string }
}
