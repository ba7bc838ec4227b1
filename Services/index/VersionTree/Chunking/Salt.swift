/// The 16 random bytes that key a repository's boundary hash.
package struct Salt: Sendable, Hashable {
    package static let byteCount = 16

    package let bytes: [UInt8]
    let word0, word1: UInt64

    /// - Returns: `nil` unless there are 16 bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
        (word0, word1) = bytes.withUnsafeBytes { bytes in
            (
                UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)),
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }
}
