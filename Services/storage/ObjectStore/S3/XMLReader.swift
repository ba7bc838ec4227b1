/// Pulls tags and text out of an XML document: as much of XML as S3 stores speak, and nothing that could call for more.
///
/// Namespaces and attributes are passed over. There are no entities but the five of XML and character references.
struct XMLReader {
    enum Event: Hashable {
        case start(String)
        case end(String)
        case text(String)
    }

    static let maxDepth = 32
    static let maxElements = 100_000

    static var malformed: ObjectStoreError { ObjectStoreError(.corrupt, "the store's answer is not well-formed XML") }

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0
    private var elements = 0
    /// The end of an element that is opened and closed by one tag.
    private var pendingEnd: String?

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next event; `nil` at the end of the document.
    mutating func next() throws(ObjectStoreError) -> Event? {
        if let name = pendingEnd.take() {
            depth -= 1
            return .end(name)
        }
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "<") else {
                let text = try readText()
                // White space between tags says nothing, and nothing else may stand outside the root.
                if text.unicodeScalars.allSatisfy({ $0.properties.isWhitespace }), depth == 0 { continue }
                return .text(text)
            }
            if begins("<?") {
                try skip(past: "?>")
            } else if begins("<!--") {
                try skip(past: "-->")
            } else if begins("<![CDATA[") {
                let start = position + 9
                try skip(past: "]]>")
                return .text(try string(start..<(position - 3)))
            } else if begins("</") {
                return .end(try readEnd())
            } else {
                return .start(try readStart())
            }
        }
        return nil
    }

    /// Makes sure that nothing but white space and comments is left.
    mutating func requireEnd() throws(ObjectStoreError) {
        guard try next() == nil else { throw Self.malformed }
    }

    private func begins(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { bytes[position...].starts(with: $0) }
    }

    private mutating func skip(past text: StaticString) throws(ObjectStoreError) {
        let length = text.utf8CodeUnitCount
        position += 2
        while position + length <= bytes.count {
            if begins(text) {
                position += length
                return
            }
            position += 1
        }
        throw Self.malformed
    }

    private mutating func readStart() throws(ObjectStoreError) -> String {
        position += 1
        let name = try readName()
        depth += 1
        elements += 1
        guard depth <= Self.maxDepth, elements <= Self.maxElements else { throw Self.malformed }
        var quote: UInt8?
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: "<") {
                throw Self.malformed
            } else if byte == UInt8(ascii: ">") {
                if bytes[position - 2] == UInt8(ascii: "/") { pendingEnd = name }
                return name
            }
        }
        throw Self.malformed
    }

    private mutating func readEnd() throws(ObjectStoreError) -> String {
        position += 2
        let name = try readName()
        while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
        guard position < bytes.count, bytes[position] == UInt8(ascii: ">") else { throw Self.malformed }
        position += 1
        depth -= 1
        guard depth >= 0 else { throw Self.malformed }
        return name
    }

    /// A name without its prefix.
    private mutating func readName() throws(ObjectStoreError) -> String {
        var start = position
        while position < bytes.count {
            let byte = bytes[position]
            if Self.isSpace(byte) || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "/") { break }
            guard byte != UInt8(ascii: "<"), byte != UInt8(ascii: "!") else { throw Self.malformed }
            position += 1
            if byte == UInt8(ascii: ":") { start = position }
        }
        guard position > start else { throw Self.malformed }
        return try string(start..<position)
    }

    private mutating func readText() throws(ObjectStoreError) -> String {
        var text: [UInt8] = []
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") {
            let byte = bytes[position]
            if byte == UInt8(ascii: "&") {
                text.append(contentsOf: String(try readReference()).utf8)
            } else {
                text.append(byte)
                position += 1
            }
        }
        guard let valid = String(validating: text, as: UTF8.self) else { throw Self.malformed }
        return valid
    }

    private mutating func readReference() throws(ObjectStoreError) -> Character {
        // The longest is "&#x10FFFF;".
        guard let end = bytes[position...].prefix(12).firstIndex(of: UInt8(ascii: ";")) else { throw Self.malformed }
        let word = try string((position + 1)..<end)
        position = end + 1
        switch word {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        default:
            let isHex = word.hasPrefix("#x")
            guard word.hasPrefix("#"), let number = UInt32(word.dropFirst(isHex ? 2 : 1), radix: isHex ? 16 : 10),
                let scalar = Unicode.Scalar(number)
            else { throw Self.malformed }
            return Character(scalar)
        }
    }

    private func string(_ range: Range<Int>) throws(ObjectStoreError) -> String {
        guard let text = String(validating: bytes[range], as: UTF8.self) else { throw Self.malformed }
        return text
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
}
