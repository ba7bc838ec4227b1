/// A value of a fixed number of bytes that lives inline, such as a digest.
///
/// The stored properties of a conforming type are its bytes in memory order, without padding.
package protocol FixedBytes: Sendable, Hashable, Comparable, CustomStringConvertible, BitwiseCopyable {
    /// All bytes zero.
    init()
}

extension FixedBytes {
    @inlinable package static var byteCount: Int { MemoryLayout<Self>.size }

    /// The value of these bytes; `nil` unless there are exactly `byteCount` of them.
    @inlinable package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.init { $0.copyBytes(from: bytes) }
    }

    /// The value of `2 * byteCount` hexadecimal digits of either case; `nil` for anything else.
    @inlinable package init?(hexDigits digits: UnsafeRawBufferPointer) {
        guard digits.count == 2 * Self.byteCount else { return nil }
        var isValid = false
        self.init { isValid = Hex.decode(digits, into: $0) }
        guard isValid else { return nil }
    }

    /// The value of `2 * byteCount` hexadecimal digits of either case; `nil` for anything else.
    package init?(hex: String) {
        var hex = hex
        let value = hex.withUTF8 { Self(hexDigits: UnsafeRawBufferPointer($0)) }
        guard let value else { return nil }
        self = value
    }

    @inlinable init(fill: (UnsafeMutableRawBufferPointer) -> Void) {
        self.init()
        Swift.withUnsafeMutableBytes(of: &self) { fill($0) }
    }

    @inlinable package func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try Swift.withUnsafeBytes(of: self, body)
    }

    @inlinable package var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    /// Lower-case hexadecimal digits.
    package var hex: String { withUnsafeBytes { Hex.encode($0) } }

    package var base64: String { withUnsafeBytes { Base64.encode($0) } }

    package var description: String { hex }

    /// Byte order, most significant byte first.
    package static func < (left: Self, right: Self) -> Bool {
        left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in left.lexicographicallyPrecedes(right) }
        }
    }
}
