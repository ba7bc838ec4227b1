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
        begin(.object)
        try body(&self)
        end(.object)
    }

    package mutating func object(_ body: (inout JSONWriter) -> Void) {
        begin(.object)
        body(&self)
        end(.object)
    }

    package mutating func array(_ body: (inout JSONWriter) throws(JSONError) -> Void) throws(JSONError) {
        begin(.array)
        try body(&self)
        end(.array)
    }

    package mutating func array(_ body: (inout JSONWriter) -> Void) {
        begin(.array)
        body(&self)
        end(.array)
    }

    /// For what a closure does not suit, with `endObject` behind its members.
    package mutating func beginObject() { begin(.object) }
    package mutating func endObject() { end(.object) }
    package mutating func beginArray() { begin(.array) }
    package mutating func endArray() { end(.array) }

    /// The key of the next value, which must need no escape.
    package mutating func key(_ key: StaticString) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        key.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func key(text key: String) {
        comma()
        quoted(key)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func value(_ string: String) {
        comma()
        quoted(string)
        needsComma = true
    }

    /// A string given as its UTF-8 bytes, which the caller has validated.
    package mutating func value(utf8 string: [UInt8]) {
        comma()
        string.withUnsafeBufferPointer { quoted($0) }
        needsComma = true
    }

    /// A string given as its UTF-8 bytes, which the caller has validated.
    package mutating func value(utf8 string: ArraySlice<UInt8>) {
        comma()
        string.withUnsafeBufferPointer { quoted($0) }
        needsComma = true
    }

    /// Two texts as one, as their UTF-8 bytes, which the caller has validated.
    package mutating func value(utf8 first: [UInt8], then second: ArraySlice<UInt8>) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        first.withUnsafeBufferPointer { escaped($0) }
        second.withUnsafeBufferPointer { escaped($0) }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// Bytes as hexadecimal digits, in lower case.
    package mutating func value(hex: ArraySlice<UInt8>) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        for byte in hex {
            bytes.append(Self.digit(byte >> 4))
            bytes.append(Self.digit(byte & 15))
        }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    private static func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? nibble + 0x30 : nibble + 0x57 }

    package mutating func value(_ number: some FixedWidthInteger) {
        value(magnitude: UInt64(number.magnitude), isNegative: number < 0)
    }

    package mutating func value(_ number: Int64) { value(magnitude: number.magnitude, isNegative: number < 0) }

    private mutating func value(magnitude: UInt64, isNegative: Bool) {
        comma()
        if isNegative { bytes.append(UInt8(ascii: "-")) }
        var magnitude = magnitude
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
                writer.key(text: key)
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

    private enum Container {
        case object, array
    }

    private mutating func begin(_ container: Container) {
        comma()
        bytes.append(container == .object ? UInt8(ascii: "{") : UInt8(ascii: "["))
        needsComma = false
    }

    private mutating func end(_ container: Container) {
        bytes.append(container == .object ? UInt8(ascii: "}") : UInt8(ascii: "]"))
        needsComma = true
    }

    private mutating func quoted(_ string: String) {
        var string = string
        string.withUTF8 { quoted($0) }
    }

    private mutating func quoted(_ text: UnsafeBufferPointer<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        escaped(text)
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escaped(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        while true {
            let special = JSONText.special(in: text, from: start)
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<special]))
            guard special < text.count else { break }
            escape(text[special])
            start = special + 1
        }
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
            bytes.append(Self.digit(byte >> 4))
            bytes.append(Self.digit(byte & 15))
        }
    }
}
