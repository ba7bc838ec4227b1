/// A request target taken apart: the path's elements and the query's pairs, each percent-decoded once.
struct RequestTarget: Sendable {
    let elements: [String]
    let query: [(name: String, value: String)]

    /// - Throws: `APIError` 400 where an escape is malformed or what it stands for is not UTF-8.
    init(_ target: String) throws(APIError) {
        let bytes = target.utf8
        let mark = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
        elements = try Self.elements(target[..<mark])
        query = mark == bytes.endIndex ? [] : try Self.pairs(target[bytes.index(after: mark)...])
    }

    /// The first value of a name.
    func value(_ name: String) -> String? {
        for pair in query where pair.name == name { return pair.value }
        return nil
    }

    func values(_ name: String) -> [String] { query.filter { $0.name == name }.map(\.value) }

    private static func elements(_ path: Substring) throws(APIError) -> [String] {
        var elements: [String] = []
        elements.reserveCapacity(12)
        let bytes = path.utf8
        var start = bytes.startIndex
        if start < bytes.endIndex, bytes[start] == UInt8(ascii: "/") { bytes.formIndex(after: &start) }
        while true {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "/")) ?? bytes.endIndex
            elements.append(try decode(path[start..<end], plusIsSpace: false))
            guard end < bytes.endIndex else { return elements }
            start = bytes.index(after: end)
        }
    }

    private static func pairs(_ query: Substring) throws(APIError) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for pair in query.utf8.split(separator: UInt8(ascii: "&")) {
            let end = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let name = try decode(query[pair.startIndex..<end], plusIsSpace: true)
            let value = end == pair.endIndex ? query[end..<end] : query[pair.index(after: end)..<pair.endIndex]
            pairs.append((name, try decode(value, plusIsSpace: true)))
        }
        return pairs
    }

    private static func decode(_ text: Substring, plusIsSpace: Bool) throws(APIError) -> String {
        let bytes = text.utf8
        let isPlain = !bytes.contains { $0 == UInt8(ascii: "%") || (plusIsSpace && $0 == UInt8(ascii: "+")) }
        if isPlain { return String(text) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            if byte == UInt8(ascii: "%") {
                guard let high = iterator.next().flatMap(hexDigit), let low = iterator.next().flatMap(hexDigit) else {
                    throw .badRequest("malformed percent-encoding in the request target")
                }
                decoded.append(high << 4 | low)
            } else {
                decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        guard let string = String(validating: decoded, as: UTF8.self) else {
            throw .badRequest("the request target does not stand for UTF-8")
        }
        return string
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
