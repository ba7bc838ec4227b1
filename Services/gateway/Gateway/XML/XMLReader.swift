/// Reads the small XML documents of S3 requests, element by element.
///
/// Namespace prefixes and attributes are skipped, comments and processing instructions ignored; a document type is refused,
/// so that no entity but the five of XML and character references exists.
package struct XMLReader {
    package enum Event: Hashable {
        /// The local name of an element that begins.
        case start(String)
        /// Text between two tags, references resolved.
        case text([UInt8])
        /// The end of the innermost element.
        case end
    }

    /// How deep elements may be nested; S3's requests need four levels.
    static let maxDepth = 16
    /// The longest name of an element, in bytes.
    static let maxNameBytes = 256

    private let bytes: [UInt8]
    private var index = 0
    private var open: [ArraySlice<UInt8>] = []
    private var pendingEnd = false
    private var hasRoot = false

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    }

    /// The next event; nil behind the root element.
    ///
    /// - Throws: `MalformedXML`.
    package mutating func next() throws(S3Error) -> Event? {
        if pendingEnd {
            pendingEnd = false
            open.removeLast()
            return .end
        }
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "<") else {
                if let text = try text() { return .text(text) }
                continue
            }
            if skip("<!--") {
                try skip(through: "-->")
            } else if skip("<?") {
                try skip(through: "?>")
            } else if skip("<![CDATA[") {
                guard !open.isEmpty else { throw S3Error(.malformedXML) }
                let start = index
                try skip(through: "]]>")
                return .text(Array(bytes[start..<(index - 3)]))
            } else if skip("</") {
                return try endTag()
            } else {
                return try startTag()
            }
        }
        guard open.isEmpty, hasRoot else { throw S3Error(.malformedXML) }
        return nil
    }

    // MARK: Tags

    private mutating func startTag() throws(S3Error) -> Event {
        index += 1
        let name = try name()
        guard open.count < Self.maxDepth, !open.isEmpty || !hasRoot else { throw S3Error(.malformedXML) }
        hasRoot = true
        open.append(name)
        while true {
            let spaces = skipSpaces()
            if skip("/>") {
                pendingEnd = true
                break
            }
            if skip(">") { break }
            guard spaces > 0 else { throw S3Error(.malformedXML) }
            try attribute()
        }
        let colon = name.lastIndex(of: UInt8(ascii: ":"))
        return .start(String(decoding: colon.map { name[($0 + 1)...] } ?? name, as: UTF8.self))
    }

    private mutating func endTag() throws(S3Error) -> Event {
        let name = try name()
        _ = skipSpaces()
        guard skip(">"), open.popLast() == name else { throw S3Error(.malformedXML) }
        return .end
    }

    private mutating func attribute() throws(S3Error) {
        _ = try name()
        _ = skipSpaces()
        guard skip("=") else { throw S3Error(.malformedXML) }
        _ = skipSpaces()
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'"),
            let end = bytes[(index + 1)...].firstIndex(of: bytes[index]),
            !bytes[(index + 1)..<end].contains(UInt8(ascii: "<"))
        else { throw S3Error(.malformedXML) }
        index = end + 1
    }

    private mutating func name() throws(S3Error) -> ArraySlice<UInt8> {
        let start = index
        while index < bytes.count, Self.isName(bytes[index]) { index += 1 }
        guard index > start, index - start <= Self.maxNameBytes, !Self.isInnerName(bytes[start]) else {
            throw S3Error(.malformedXML)
        }
        return bytes[start..<index]
    }

    private static func isInnerName(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || (0x30...0x39).contains(byte)
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: ":"), 0x80...0xFF: true
        default: isInnerName(byte)
        }
    }

    // MARK: Text

    /// The text up to the next tag; nil for white space outside of the root element.
    private mutating func text() throws(S3Error) -> [UInt8]? {
        let end = bytes[index...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
        let raw = bytes[index..<end]
        index = end
        guard !open.isEmpty else {
            guard raw.allSatisfy(Self.isSpace) else { throw S3Error(.malformedXML) }
            return nil
        }
        guard raw.contains(UInt8(ascii: "&")) else { return Array(raw) }
        var text: [UInt8] = []
        text.reserveCapacity(raw.count)
        var position = raw.startIndex
        while position < raw.endIndex {
            let byte = raw[position]
            guard byte == UInt8(ascii: "&") else {
                text.append(byte)
                position += 1
                continue
            }
            guard let semicolon = raw[position...].prefix(12).firstIndex(of: UInt8(ascii: ";")) else {
                throw S3Error(.malformedXML)
            }
            try Self.resolve(raw[(position + 1)..<semicolon], into: &text)
            position = semicolon + 1
        }
        return text
    }

    private static func resolve(_ reference: ArraySlice<UInt8>, into text: inout [UInt8]) throws(S3Error) {
        switch String(decoding: reference, as: UTF8.self) {
        case "amp": text.append(UInt8(ascii: "&"))
        case "lt": text.append(UInt8(ascii: "<"))
        case "gt": text.append(UInt8(ascii: ">"))
        case "quot": text.append(UInt8(ascii: "\""))
        case "apos": text.append(UInt8(ascii: "'"))
        case let name where name.hasPrefix("#"):
            let isHexadecimal = name.hasPrefix("#x")
            let digits = name.dropFirst(isHexadecimal ? 2 : 1)
            guard digits.first?.isHexDigit == true,
                let scalar = UInt32(digits, radix: isHexadecimal ? 16 : 10).flatMap(Unicode.Scalar.init)
            else { throw S3Error(.malformedXML) }
            text.append(contentsOf: String(Character(scalar)).utf8)
        default: throw S3Error(.malformedXML)
        }
    }

    // MARK: Scanning

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    private mutating func skipSpaces() -> Int {
        let start = index
        while index < bytes.count, Self.isSpace(bytes[index]) { index += 1 }
        return index - start
    }

    private mutating func skip(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count - index >= count else { return false }
        for offset in 0..<count where bytes[index + offset] != text.utf8Start[offset] { return false }
        index += count
        return true
    }

    private mutating func skip(through text: StaticString) throws(S3Error) {
        while index < bytes.count {
            if skip(text) { return }
            index += 1
        }
        throw S3Error(.malformedXML)
    }
}
