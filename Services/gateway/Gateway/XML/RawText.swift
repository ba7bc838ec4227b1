import Cryptography

/// Text in memory that was measured to hold it.
struct RawText {
    private let memory: UnsafeMutableRawBufferPointer
    private var count = 0

    init(_ memory: UnsafeMutableRawBufferPointer) { self.memory = memory }

    var written: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }

    mutating func text(_ text: StaticString) { text.withUTF8Buffer { bytes(UnsafeRawBufferPointer($0)) } }

    mutating func bytes(_ bytes: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: bytes)
        count += bytes.count
    }

    /// Two digits a byte.
    mutating func hex(_ bytes: UnsafeRawBufferPointer) {
        Hex.encode(bytes, into: UnsafeMutableRawBufferPointer(rebasing: memory[count...]))
        count += 2 * bytes.count
    }

    mutating func number(_ number: Int64) {
        if number < 0 { byte(UInt8(ascii: "-")) }
        var length = 1
        var rest = number.magnitude
        while rest >= 10 {
            rest /= 10
            length += 1
        }
        rest = number.magnitude
        for place in (count..<count + length).reversed() {
            memory[place] = UInt8(truncatingIfNeeded: rest % 10) + 0x30
            rest /= 10
        }
        count += length
    }

    /// Only unreserved characters and slashes stay (RFC 3986 §2.3).
    mutating func percentEncoded(_ text: UnsafeRawBufferPointer) {
        for byte in text {
            if [UInt8].staysInURL(byte) {
                self.byte(byte)
            } else {
                self.byte(UInt8(ascii: "%"))
                self.byte([UInt8].hexadecimalDigit(byte >> 4))
                self.byte([UInt8].hexadecimalDigit(byte & 15))
            }
        }
    }

    private mutating func byte(_ byte: UInt8) {
        memory[count] = byte
        count += 1
    }
}
