/// The name of a repository, which is also the name of its S3 bucket.
///
/// 3 to 63 bytes, `^[a-z0-9][a-z0-9-]{2,62}$`.
package struct RepositoryName: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let string: String

    /// - Throws: `InvalidName` where the pattern does not match.
    package init(_ string: String) throws(InvalidName) {
        let bytes = string.utf8
        guard (3...63).contains(bytes.count) else {
            throw InvalidName(kind: "repository name", reason: "must be 3 to 63 characters")
        }
        guard
            bytes.first != UInt8(ascii: "-"),
            bytes.allSatisfy({ $0.isASCIILowercase || $0.isASCIIDigit || $0 == UInt8(ascii: "-") })
        else {
            throw InvalidName(
                kind: "repository name",
                reason: "may hold lower-case letters, digits and hyphens, and begins with a letter or digit")
        }
        self.string = string
    }

    package var description: String { string }

    package static func < (left: Self, right: Self) -> Bool {
        left.string.utf8.lexicographicallyPrecedes(right.string.utf8)
    }
}
