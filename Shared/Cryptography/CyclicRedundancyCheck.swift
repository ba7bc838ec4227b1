/// A checksum against accidents, computed piece by piece.
package protocol CyclicRedundancyCheck: Sendable {
    associatedtype Value: FixedWidthInteger & UnsignedInteger & Sendable

    init()
    mutating func update(_ bytes: UnsafeRawBufferPointer)
    /// The checksum of everything so far.
    var value: Value { get }
    /// The checksum of two texts in a row from the checksum of each and the length of the second.
    static func combine(_ first: Value, _ second: Value, secondBytes: UInt64) -> Value
}

extension CyclicRedundancyCheck {
    @inlinable package mutating func update(_ bytes: some Collection<UInt8>) {
        let done: Void? = bytes.withContiguousStorageIfAvailable { update(UnsafeRawBufferPointer($0)) }
        if done == nil {
            Array(bytes).withUnsafeBytes { update($0) }
        }
    }

    /// The value's bytes, most significant first, as S3 encodes them before base 64.
    @inlinable package var bigEndianBytes: [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    @inlinable package static func checksum(_ bytes: some Collection<UInt8>) -> Value {
        var check = Self()
        check.update(bytes)
        return check.value
    }
}
