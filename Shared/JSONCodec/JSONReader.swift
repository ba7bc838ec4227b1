/// Reads one JSON text from bytes, value by value, without building a tree.
///
/// Strict as RFC 8259: UTF-8 only, no trailing commas, at most `maxDepth` levels.
package struct JSONReader: Sendable {
    package static let maxDepth = 64

    private let bytes: ArraySlice<UInt8>
    private var index: Int
    private var depth = 0

    package init(_ bytes: [UInt8]) { self.init(bytes[...]) }

    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    /// How many bytes were read.
    package var offset: Int { index - bytes.startIndex }

    /// - Throws: where anything but white space follows.
    package mutating func finish() throws(JSONError) {
        skipSpace()
        guard index == bytes.endIndex else { throw error("text behind the value") }
    }

    /// Reads an object, calling `member` for each key; `member` must read exactly one value.
    package mutating func object(
        _ member: (_ key: String, inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        try container(UInt8(ascii: "{"), UInt8(ascii: "}"), "object") { reader throws(JSONError) in
            let key = try reader.string()
            reader.skipSpace()
            guard reader.take(UInt8(ascii: ":")) else { throw reader.error("expected ':'") }
            try member(key, &reader)
        }
    }

    /// Reads an array, calling `element` at each; `element` must read exactly one value.
    package mutating func array(_ element: (inout JSONReader) throws(JSONError) -> Void) throws(JSONError) {
        try container(UInt8(ascii: "["), UInt8(ascii: "]"), "array") { reader throws(JSONError) in try element(&reader)
        }
    }

    package mutating func array<Element>(
        of element: (inout JSONReader) throws(JSONError) -> Element
    ) throws(JSONError) -> [Element] {
        var elements: [Element] = []
        try array { reader throws(JSONError) in elements.append(try element(&reader)) }
        return elements
    }

    package mutating func strings() throws(JSONError) -> [String: String] {
        var strings: [String: String] = [:]
        try object { key, reader throws(JSONError) in strings[key] = try reader.string() }
        return strings
    }

    package mutating func string() throws(JSONError) -> String {
        let utf8 = try utf8String()
        guard let string = String(validating: utf8, as: UTF8.self) else { throw error("string is not UTF-8") }
        return string
    }

    /// A string as bytes, its escapes resolved; whether they are UTF-8 is not checked.
    package mutating func utf8String() throws(JSONError) -> [UInt8] {
        skipSpace()
        guard take(UInt8(ascii: "\"")) else { throw error("expected a string") }
        let start = index
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                defer { index += 1 }
                return Array(bytes[start..<index])
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
            guard byte >= 0x20 else { throw error("control character in a string") }
            index += 1
        }
        throw error("string without an end")
    }

    /// - Throws: where the value is no whole number or does not fit.
    package mutating func integer<Integer: FixedWidthInteger>(
        _ type: Integer.Type = Integer.self
    ) throws(JSONError) -> Integer {
        skipSpace()
        let start = index
        let negative = take(UInt8(ascii: "-"))
        let first = index
        var value: Integer = 0
        while index < bytes.endIndex, bytes[index].isJSONDigit {
            let digit = Integer(bytes[index] - 0x30)
            let scaled = value.multipliedReportingOverflow(by: 10)
            let next =
                negative
                ? scaled.partialValue.subtractingReportingOverflow(digit)
                : scaled.partialValue.addingReportingOverflow(digit)
            guard !scaled.overflow, !next.overflow else { throw error("number out of range") }
            value = next.partialValue
            index += 1
        }
        guard index > first, index - first == 1 || bytes[first] != 0x30 else {
            index = start
            throw error("expected a whole number")
        }
        if index < bytes.endIndex, [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(bytes[index]) {
            throw error("expected a whole number")
        }
        return value
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
        guard index < bytes.endIndex else { throw error("expected a value") }
        switch bytes[index] {
        case UInt8(ascii: "{"): try object { _, reader throws(JSONError) in try reader.skipValue() }
        case UInt8(ascii: "["): try array { reader throws(JSONError) in try reader.skipValue() }
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
        return index < bytes.endIndex ? bytes[index] : nil
    }

    private mutating func container(
        _ open: UInt8, _ close: UInt8, _ name: String, _ element: (inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        skipSpace()
        guard take(open) else { throw error("expected an \(name)") }
        depth += 1
        guard depth <= Self.maxDepth else { throw error("nested deeper than \(Self.maxDepth) levels") }
        defer { depth -= 1 }
        skipSpace()
        if take(close) { return }
        while true {
            skipSpace()
            try element(&self)
            skipSpace()
            if take(close) { return }
            guard take(UInt8(ascii: ",")) else { throw error("expected ',' or the end of the \(name)") }
        }
    }

    private mutating func skipSpace() {
        while index < bytes.endIndex {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < bytes.endIndex, bytes[index] == byte else { return false }
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
        while index < bytes.endIndex, bytes[index].isJSONDigit { index += 1 }
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

    private mutating func escapedString(from start: Int) throws(JSONError) -> [UInt8] {
        var result = Array(bytes[start..<index])
        while index < bytes.endIndex {
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
        guard index < bytes.endIndex else { throw error("string without an end") }
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
        guard bytes.endIndex - index >= 4 else { throw error("short unicode escape") }
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
