/// Writes one JSON text straight into bytes.
///
/// Commas follow from the calls: a value within `array`, or behind `key` within `object`.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8]
    private var needsComma = false

    package init(reservingBytes capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    package mutating func object(_ body: (inout JSONWriter) throws(JSONError) -> Void) throws(JSONError) {
        beginContainer(UInt8(ascii: "{"))
        try body(&self)
        endContainer(UInt8(ascii: "}"))
    }

    package mutating func object(_ body: (inout JSONWriter) -> Void) {
        beginContainer(UInt8(ascii: "{"))
        body(&self)
        endContainer(UInt8(ascii: "}"))
    }

    package mutating func array(_ body: (inout JSONWriter) throws(JSONError) -> Void) throws(JSONError) {
        beginContainer(UInt8(ascii: "["))
        try body(&self)
        endContainer(UInt8(ascii: "]"))
    }

    package mutating func array(_ body: (inout JSONWriter) -> Void) {
        beginContainer(UInt8(ascii: "["))
        body(&self)
        endContainer(UInt8(ascii: "]"))
    }

    /// The key of the next value, which must need no escape.
    package mutating func key(_ key: StaticString) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        key.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func key(_ key: String) {
        comma()
        quoted(key.utf8)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func value(_ string: String) {
        comma()
        quoted(string.utf8)
        needsComma = true
    }

    /// A string given as its UTF-8 bytes, which the caller has validated.
    package mutating func value(utf8 string: some Collection<UInt8>) {
        comma()
        quoted(string)
        needsComma = true
    }

    package mutating func value(_ number: some FixedWidthInteger) {
        comma()
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        var magnitude = UInt64(number.magnitude)
        var digits = (UInt64(0), UInt64(0), UInt64(0))
        withUnsafeMutableBytes(of: &digits) { buffer in
            var index = buffer.count
            repeat {
                index -= 1
                buffer[index] = UInt8(truncatingIfNeeded: magnitude % 10) + 0x30
                magnitude /= 10
            } while magnitude > 0
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[index...]))
        }
        needsComma = true
    }

    package mutating func value(_ flag: Bool) {
        comma()
        bytes.append(contentsOf: (flag ? "true" : "false").utf8)
        needsComma = true
    }

    package mutating func null() {
        comma()
        bytes.append(contentsOf: "null".utf8)
        needsComma = true
    }

    package mutating func value(_ strings: [String: String]) {
        object { writer in
            for (key, value) in strings.sorted(by: { $0.key < $1.key }) {
                writer.key(key)
                writer.value(value)
            }
        }
    }

    /// A value that is JSON already.
    package mutating func raw(_ json: some Collection<UInt8>) {
        comma()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    private mutating func comma() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func beginContainer(_ bracket: UInt8) {
        comma()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func endContainer(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func quoted(_ string: some Collection<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        let copied: Void? = string.withContiguousStorageIfAvailable { buffer in
            var start = 0
            for (index, byte) in buffer.enumerated() where Self.needsEscape(byte) {
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: buffer[start..<index]))
                escape(byte)
                start = index + 1
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: buffer[start...]))
        }
        if copied == nil {
            for byte in string {
                if Self.needsEscape(byte) { escape(byte) } else { bytes.append(byte) }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        default:
            bytes.append(contentsOf: "u00".utf8)
            for nibble in [byte >> 4, byte & 15] { bytes.append(nibble < 10 ? nibble + 0x30 : nibble + 0x57) }
        }
    }
}
