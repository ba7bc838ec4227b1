/// Unsigned integers of one to ten bytes: seven bits a byte, the lowest first, the high bit set on all but the last.
enum Varint {
    /// The number at `offset`, which moves behind it; `nil` if it is cut off, too great or longer than it need be.
    @inline(__always)
    static func read(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> UInt64? {
        guard offset < bytes.count else { return nil }
        let first = bytes[offset]
        if first < 0x80 {
            offset += 1
            return UInt64(first)
        }
        return readLong(bytes, &offset)
    }

    private static func readLong(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        var index = offset
        while index < bytes.count, shift < 64 {
            let byte = bytes[index]
            index += 1
            if shift == 63, byte > 1 { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 {
                guard byte != 0 else { return nil }
                offset = index
                return value
            }
            shift += 7
        }
        return nil
    }

    /// A length at `offset`, which moves behind it; `nil` also if fewer bytes than that follow.
    @inline(__always)
    static func readLength(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> Int? {
        guard let value = read(bytes, &offset), value <= UInt64(bytes.count - offset) else { return nil }
        return Int(value)
    }

    @inline(__always)
    static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
}
