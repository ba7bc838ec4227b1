/// The id of a commit: 64 lower-case hexadecimal digits, the SHA-256 of the commit's fields.
package struct CommitID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let string: String

    /// - Throws: `InvalidName` for anything but 64 lower-case hexadecimal digits.
    package init(_ string: String) throws(InvalidName) {
        guard string.utf8.count == 64, string.utf8.allSatisfy(\.isLowercaseHex) else {
            throw InvalidName(kind: "commit id", reason: "must be 64 lower-case hexadecimal digits")
        }
        self.string = string
    }

    package var description: String { string }

    package static func < (left: Self, right: Self) -> Bool {
        left.string.utf8.lexicographicallyPrecedes(right.string.utf8)
    }
}
