/// The name of a branch: `^\w[-\w]*$` with ASCII word characters.
package struct BranchName: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The greatest length, in bytes. The protocol knows no limit; the database's key does.
    package static let maxBytes = 1_024

    package let string: String

    /// - Throws: `InvalidName` where the pattern does not match or the name is longer than `maxBytes`.
    package init(_ string: String) throws(InvalidName) {
        let bytes = string.utf8
        guard let first = bytes.first, first.isASCIIWord,
            bytes.allSatisfy({ $0.isASCIIWord || $0 == UInt8(ascii: "-") })
        else {
            throw InvalidName(
                kind: "branch name",
                reason: "may hold letters, digits, underscores and hyphens, not beginning with a hyphen")
        }
        guard bytes.count <= Self.maxBytes else {
            throw InvalidName(kind: "branch name", reason: "is longer than \(Self.maxBytes) bytes")
        }
        self.string = string
    }

    package var description: String { string }

    package static func < (left: Self, right: Self) -> Bool {
        left.string.utf8.lexicographicallyPrecedes(right.string.utf8)
    }
}
