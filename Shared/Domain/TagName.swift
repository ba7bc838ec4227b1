/// The name of a tag, after git's rules for reference names without slashes.
///
/// Not empty, not `@`; not ending in `.` or `.lock`; no `..`, `/`, `@{`; none of `^ : ? * [ \`; no space or control character.
package struct TagName: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The greatest length, in bytes.
    package static let maxBytes = 1_024

    package let string: String

    /// - Throws: `InvalidName` saying which rule is broken.
    package init(_ string: String) throws(InvalidName) {
        func refuse(_ reason: String) -> InvalidName { InvalidName(kind: "tag name", reason: reason) }
        let bytes = Array(string.utf8)
        guard !bytes.isEmpty else { throw refuse("is empty") }
        guard bytes.count <= Self.maxBytes else { throw refuse("is longer than \(Self.maxBytes) bytes") }
        guard string != "@" else { throw refuse("may not be '@'") }
        guard bytes.last != UInt8(ascii: "."), !string.hasSuffix(".lock") else {
            throw refuse("may not end in '.' or '.lock'")
        }
        for (index, byte) in bytes.enumerated() {
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            if byte <= 0x20 || byte == 0x7F { throw refuse("may not hold spaces or control characters") }
            if Self.forbidden.contains(byte) { throw refuse("may not hold any of / ^ : ? * [ \\") }
            if byte == UInt8(ascii: "."), next == byte { throw refuse("may not hold '..'") }
            if byte == UInt8(ascii: "@"), next == UInt8(ascii: "{") { throw refuse("may not hold '@{'") }
        }
        self.string = string
    }

    private static let forbidden = Set("/^:?*[\\".utf8)

    package var description: String { string }

    package static func < (left: Self, right: Self) -> Bool {
        left.string.utf8.lexicographicallyPrecedes(right.string.utf8)
    }
}
