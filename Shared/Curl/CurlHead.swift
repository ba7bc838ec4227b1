/// The status and headers of an answer.
package struct CurlHead: Sendable {
    package let status: Int
    /// The header lines, each ended by a line feed.
    private let lines: [UInt8]

    init(status: Int, lines: [UInt8]) {
        self.status = status
        self.lines = lines
    }

    /// The value of the first header of a name, in whatever case, without white space around it.
    package subscript(_ name: StaticString) -> String? {
        name.withUTF8Buffer { wanted in
            var start = 0
            while start < lines.count {
                let end = lines[start...].firstIndex(of: UInt8(ascii: "\n")) ?? lines.count
                defer { start = end + 1 }
                guard end - start > wanted.count, lines[start + wanted.count] == UInt8(ascii: ":"),
                    zip(wanted, lines[start...]).allSatisfy({ Self.lowercase($0) == Self.lowercase($1) })
                else { continue }
                return Self.trimmed(lines[(start + wanted.count + 1)..<end])
            }
            return nil
        }
    }

    /// All headers in their order, names in lower case.
    package var headers: [(name: String, value: String)] {
        lines.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            return (Self.trimmed(line[..<colon]).lowercased(), Self.trimmed(line[(colon + 1)...]))
        }
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        let start = bytes.firstIndex { !isSpace($0) } ?? bytes.endIndex
        let end = bytes.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? start
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }
}

/// Gathers the lines of a head as libcurl hands them over, passing over interim (1xx) answers and trailers.
struct HeadParser {
    enum Outcome { case more, complete, tooLarge }

    private var status = 0
    private var lines: [UInt8] = []
    private(set) var head: CurlHead?

    mutating func add(_ line: UnsafeRawBufferPointer, maxBytes: Int) -> Outcome {
        guard head == nil else { return .more }
        if line.starts(with: "HTTP/".utf8) {
            lines.removeAll(keepingCapacity: true)
            status =
                line.split(separator: 0x20, maxSplits: 2).dropFirst().first
                .flatMap { Int(String(decoding: $0.prefix { $0 > 0x20 }, as: UTF8.self)) } ?? 0
            return .more
        }
        guard line.contains(where: { $0 != 0x0D && $0 != 0x0A }) else {
            guard status >= 200 else { return .more }
            head = CurlHead(status: status, lines: lines)
            return .complete
        }
        guard lines.count + line.count <= maxBytes else { return .tooLarge }
        lines.append(contentsOf: line)
        if lines.last != UInt8(ascii: "\n") { lines.append(UInt8(ascii: "\n")) }
        return .more
    }
}
