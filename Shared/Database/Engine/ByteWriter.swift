/// Writes big-endian values one after another into memory that was measured to hold them.
struct ByteWriter {
    private(set) var position: UnsafeMutableRawPointer

    init(_ start: UnsafeMutableRawPointer) { position = start }

    mutating func byte(_ value: UInt8) {
        position.storeBytes(of: value, as: UInt8.self)
        position += 1
    }

    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
        position.storeBytes(of: value.bigEndian, as: Value.self)
        position += MemoryLayout<Value>.size
    }

    mutating func timestamp(_ milliseconds: Int64) { integer(Timestamp.microseconds(milliseconds) ?? 0) }

    mutating func uuid(_ value: UUIDBytes) {
        integer(value.high)
        integer(value.low)
    }

    mutating func bytes(_ value: [UInt8]) {
        value.withUnsafeBytes { copy($0) }
    }

    mutating func text(_ value: String) {
        var value = value
        value.withUTF8 { copy(UnsafeRawBufferPointer($0)) }
    }

    /// An array of one dimension in the form of Postgres's `array_recv`; an element without a size is NULL.
    mutating func array<Element>(
        _ values: [Element], of type: ColumnType, size: (Element) -> Int?,
        write: (inout ByteWriter, Element) -> Void
    ) {
        integer(Int32(values.isEmpty ? 0 : 1))
        integer(Int32(values.contains { size($0) == nil } ? 1 : 0))
        integer(type.rawValue)
        guard !values.isEmpty else { return }
        integer(Int32(truncatingIfNeeded: values.count))
        integer(Int32(1))
        for value in values {
            integer(size(value).map { Int32(truncatingIfNeeded: $0) } ?? -1)
            write(&self, value)
        }
    }

    private mutating func copy(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        position.copyMemory(from: start, byteCount: bytes.count)
        position += bytes.count
    }
}
