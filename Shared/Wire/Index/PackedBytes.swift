import JSONCodec

/// Reads what is packed without names: numbers with the most significant byte first, and runs of bytes.
struct PackedReader {
    let bytes: [UInt8]
    private(set) var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { index == bytes.count }

    func error(_ reason: String) -> JSONError { JSONError(reason, at: index) }

    mutating func byte() throws(JSONError) -> UInt8 {
        guard index < bytes.count else { throw error("cut short") }
        defer { index += 1 }
        return bytes[index]
    }

    /// A length of 4 bytes.
    mutating func count() throws(JSONError) -> Int { Int(bytes.packedInteger(at: try range(4).lowerBound) as UInt32) }

    /// Where the next bytes lie.
    mutating func range(_ count: Int) throws(JSONError) -> Range<Int> {
        guard count <= bytes.count - index else { throw error("cut short") }
        defer { index += count }
        return index..<index + count
    }
}

extension [UInt8] {
    /// Appends a number, the most significant byte first.
    mutating func append<Integer: FixedWidthInteger>(packed number: Integer) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }

    func packedInteger<Integer: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> Integer {
        withUnsafeBytes { Integer(bigEndian: $0.loadUnaligned(fromByteOffset: offset, as: Integer.self)) }
    }
}
