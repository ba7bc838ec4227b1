/// The path of an object below a reference: 1 to 1,024 bytes of UTF-8, compared and stored byte by byte, never normalised.
package struct ObjectKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The greatest length, in bytes (S3: object key naming).
    package static let maxBytes = 1_024

    package let bytes: [UInt8]

    /// - Throws: `InvalidName` for an empty or too long key, or invalid UTF-8.
    package init(_ bytes: [UInt8]) throws(InvalidName) {
        func refuse(_ reason: String) -> InvalidName { InvalidName(kind: "path", reason: reason) }
        guard !bytes.isEmpty else { throw refuse("is empty") }
        guard bytes.count <= Self.maxBytes else { throw refuse("is longer than \(Self.maxBytes) bytes") }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw refuse("is not valid UTF-8") }
        self.bytes = bytes
    }

    /// - Throws: `InvalidName` for an empty or too long key.
    package init(_ string: String) throws(InvalidName) { try self.init(Array(string.utf8)) }

    /// A key that was validated before, such as one read back from the tree.
    package init(validated bytes: [UInt8]) { self.bytes = bytes }

    package var string: String { String(decoding: bytes, as: UTF8.self) }

    package var description: String { string }

    package static func < (left: Self, right: Self) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}
