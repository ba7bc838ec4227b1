/// Reads one JSON text from bytes, value by value, without building a tree.
///
/// Strict as RFC 8259: UTF-8 only, no trailing commas, at most `maxDepth` levels.
package struct JSONReader: Sendable {
    package static let maxDepth = 64

    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0
    /// Whether nothing was read since the innermost container began.
    private var isAtFirst = false

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// How many bytes were read.
    package var offset: Int { index }
    private var end: Int { bytes.count }

    /// - Throws: where anything but white space follows.
    package mutating func finish() throws(JSONError) {
        skipSpace()
        guard index == end else { throw error("text behind the value") }
    }

    /// Goes into an object, whose members `nextKey` then gives.
    package mutating func beginObject() throws(JSONError) { try begin(UInt8(ascii: "{"), "expected an object") }

    /// The key of the object's next member, whose value must be read before the next call; nil at the end, which is then read.
    package mutating func nextKey() throws(JSONError) -> String? {
        guard try goesOn(UInt8(ascii: "}"), "expected ',' or the end of the object") else { return nil }
        let key = try string()
        skipSpace()
        guard take(UInt8(ascii: ":")) else { throw error("expected ':'") }
        return key
    }

    /// Goes into an array, whose elements `nextElement` then announces.
    package mutating func beginArray() throws(JSONError) { try begin(UInt8(ascii: "["), "expected an array") }

    /// Whether the array has another element, which must be read before the next call; at its end the array is read.
    package mutating func nextElement() throws(JSONError) -> Bool {
        try goesOn(UInt8(ascii: "]"), "expected ',' or the end of the array")
    }

    package mutating func strings() throws(JSONError) -> [String: String] {
        var strings: [String: String] = [:]
        try beginObject()
        while let key = try nextKey() { strings[key] = try string() }
        return strings
    }

    package mutating func string() throws(JSONError) -> String {
        if let range = try plainString() {
            guard let text = try? UTF8Span(validating: bytes.span.extracting(range)) else {
                throw error("string is not UTF-8")
            }
            return String(copying: text)
        }
        guard let string = String(validating: try escapedString(), as: UTF8.self) else {
            throw error("string is not UTF-8")
        }
        return string
    }

    /// A string as bytes, its escapes resolved; whether they are UTF-8 is not checked.
    package mutating func utf8String() throws(JSONError) -> [UInt8] {
        if let range = try plainString() { return Array(bytes[range]) }
        return try escapedString()
    }

    /// - Throws: where the value is no whole number or does not fit.
    package mutating func integer() throws(JSONError) -> Int64 {
        let (magnitude, isNegative) = try wholeNumber()
        // The least number has no positive counterpart.
        guard magnitude <= UInt64(Int64.max) + (isNegative ? 1 : 0) else { throw error("number out of range") }
        return Int64(truncatingIfNeeded: isNegative ? 0 &- magnitude : magnitude)
    }

    /// - Throws: where the value is no whole number or does not fit.
    package mutating func integer<Integer: FixedWidthInteger>(
        _ type: Integer.Type = Integer.self
    ) throws(JSONError) -> Integer {
        guard let value = Integer(exactly: try integer() as Int64) else { throw error("number out of range") }
        return value
    }

    /// A whole number of at most 64 bits.
    private mutating func wholeNumber() throws(JSONError) -> (magnitude: UInt64, isNegative: Bool) {
        skipSpace()
        let start = index
        let isNegative = take(UInt8(ascii: "-"))
        let first = index
        var value: UInt64 = 0
        while index < end, bytes[index].isJSONDigit {
            let scaled = value.multipliedReportingOverflow(by: 10)
            let next = scaled.partialValue.addingReportingOverflow(UInt64(bytes[index] & 15))
            guard !scaled.overflow, !next.overflow else { throw error("number out of range") }
            value = next.partialValue
            index += 1
        }
        guard index > first, index - first == 1 || bytes[first] != 0x30 else {
            index = start
            throw error("expected a whole number")
        }
        if index < end {
            let byte = bytes[index]
            guard byte != UInt8(ascii: "."), byte | 0x20 != UInt8(ascii: "e") else {
                throw error("expected a whole number")
            }
        }
        return (value, isNegative)
    }

    package mutating func bool() throws(JSONError) -> Bool {
        skipSpace()
        if takeWord("true") { return true }
        if takeWord("false") { return false }
        throw error("expected true or false")
    }

    /// Reads a `null` if one is next.
    package mutating func takeNull() -> Bool {
        skipSpace()
        return takeWord("null")
    }

    /// The bytes of the next value, whatever it is.
    package mutating func rawValue() throws(JSONError) -> ArraySlice<UInt8> {
        skipSpace()
        let start = index
        try skipValue()
        return bytes[start..<index]
    }

    package mutating func skipValue() throws(JSONError) {
        skipSpace()
        guard index < end else { throw error("expected a value") }
        switch bytes[index] {
        case UInt8(ascii: "{"):
            try beginObject()
            while try nextKey() != nil { try skipValue() }
        case UInt8(ascii: "["):
            try beginArray()
            while try nextElement() { try skipValue() }
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try bool()
        case UInt8(ascii: "n"):
            guard takeWord("null") else { throw error("expected a value") }
        default: try skipNumber()
        }
    }

    // MARK: Pieces

    package func error(_ reason: String) -> JSONError { JSONError(reason, at: offset) }

    /// The first byte of the next value, which is not taken; nil at the end.
    mutating func nextByte() -> UInt8? {
        skipSpace()
        return index < end ? bytes[index] : nil
    }

    private mutating func begin(_ open: UInt8, _ expected: String) throws(JSONError) {
        skipSpace()
        guard take(open) else { throw error(expected) }
        depth += 1
        guard depth <= Self.maxDepth else { throw error("nested deeper than \(Self.maxDepth) levels") }
        isAtFirst = true
    }

    private mutating func goesOn(_ close: UInt8, _ expected: String) throws(JSONError) -> Bool {
        skipSpace()
        if take(close) {
            depth -= 1
            isAtFirst = false
            return false
        }
        if isAtFirst { isAtFirst = false } else if !take(UInt8(ascii: ",")) { throw error(expected) }
        return true
    }

    /// Where the text of a string without escapes lies, and the string is read; nil before one with an escape.
    private mutating func plainString() throws(JSONError) -> Range<Int>? {
        skipSpace()
        let start = index + 1
        guard index < end, bytes[index] == UInt8(ascii: "\"") else { throw error("expected a string") }
        let special = bytes.withUnsafeBufferPointer { JSONText.special(in: $0, from: start) }
        guard special < end else { throw error("string without an end") }
        switch bytes[special] {
        case UInt8(ascii: "\""):
            index = special + 1
            return start..<special
        case UInt8(ascii: "\\"): return nil
        default:
            index = special
            throw error("control character in a string")
        }
    }

    private mutating func skipSpace() {
        while index < end {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < end, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func takeWord(_ word: StaticString) -> Bool {
        word.withUTF8Buffer { letters in
            guard bytes[index...].starts(with: letters) else { return false }
            index += letters.count
            return true
        }
    }

    private mutating func skipDigits() -> Int {
        let start = index
        while index < end, bytes[index].isJSONDigit { index += 1 }
        return index - start
    }

    private mutating func skipNumber() throws(JSONError) {
        let start = index
        _ = take(UInt8(ascii: "-"))
        let first = index
        let whole = skipDigits()
        guard whole == 1 || (whole > 1 && bytes[first] != 0x30) else {
            index = start
            throw error("expected a value")
        }
        if take(UInt8(ascii: ".")), skipDigits() == 0 { throw error("number without digits behind '.'") }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
            if skipDigits() == 0 { throw error("number without an exponent") }
        }
    }

    private mutating func escapedString() throws(JSONError) -> [UInt8] {
        index += 1
        var result: [UInt8] = []
        while index < end {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return result
            case UInt8(ascii: "\\"): try escape(into: &result)
            case 0x20...: result.append(byte)
            default: throw error("control character in a string")
            }
        }
        throw error("string without an end")
    }

    private mutating func escape(into result: inout [UInt8]) throws(JSONError) {
        guard index < end else { throw error("string without an end") }
        let byte = bytes[index]
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(byte)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0C)
        case UInt8(ascii: "n"): result.append(0x0A)
        case UInt8(ascii: "r"): result.append(0x0D)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "u"): result.append(contentsOf: String(try unicodeEscape()).utf8)
        default: throw error("unknown escape")
        }
    }

    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let high = try hexadecimal()
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard (0xD800...0xDBFF).contains(high), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw error("half of a surrogate pair")
        }
        let low = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
        else { throw error("half of a surrogate pair") }
        return scalar
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        guard end - index >= 4 else { throw error("short unicode escape") }
        var value: UInt32 = 0
        for byte in bytes[index..<(index + 4)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw error("bad unicode escape") }
            value = value << 4 | UInt32(digit)
        }
        index += 4
        return value
    }
}

extension UInt8 {
    fileprivate var isJSONDigit: Bool { self >= 0x30 && self <= 0x39 }
}
