import NIOHTTP1

/// Reads a whole head, its lines known to end in CRLF.
enum HTTPHeadReader {
    /// Longer than any registered method.
    static let maxMethodBytes = 24

    static func read(_ bytes: Span<UInt8>, _ limits: HTTPParserLimits) throws(HTTPRejection) -> HTTPRequestHead {
        var end = try endOfLine(bytes, from: 0)
        let (method, target, isHTTP10) = try requestLine(bytes.extracting(first: end))
        var fields = HTTPFramingFields()
        var headers: [(String, String)] = []
        headers.reserveCapacity(12)
        while true {
            let start = end + 2
            end = try endOfLine(bytes, from: start)
            if end == start { break }
            guard headers.count < limits.maxHeaderCount else {
                throw HTTPRejection(
                    .requestHeaderFieldsTooLarge, "more than \(limits.maxHeaderCount) header lines")
            }
            let field = try split(bytes, start..<end)
            let (name, value) = (bytes.extracting(field.name), bytes.extracting(field.value))
            try fields.note(name: name, value: value, hasTab: field.hasTab)
            headers.append((try string(name), try string(value)))
        }
        let framing = try fields.framing(needsHost: !isHTTP10, allowsChunks: !isHTTP10)
        if target == "*", method != .OPTIONS { throw .malformed("'*' is a target of OPTIONS only") }
        return HTTPRequestHead(
            method: method, target: target, isHTTP10: isHTTP10, headers: HTTPHeaders(headers), framing: framing,
            keepsAlive: fields.keepsAlive(isHTTP10: isHTTP10),
            expectsContinue: fields.expectsContinue && !isHTTP10)
    }

    /// Checks the lines behind the last chunk; their content is not kept.
    static func checkTrailers(_ bytes: Span<UInt8>, _ limits: HTTPParserLimits) throws(HTTPRejection) {
        var start = 0
        var count = 0
        while true {
            let end = try endOfLine(bytes, from: start)
            if end == start { return }
            count += 1
            guard count <= limits.maxHeaderCount else {
                throw HTTPRejection(
                    .requestHeaderFieldsTooLarge, "more than \(limits.maxHeaderCount) trailer lines")
            }
            let field = try split(bytes, start..<end)
            if HTTPFramingFields.isFraming(bytes.extracting(field.name)) {
                throw .malformed("framing field among the trailers")
            }
            start = end + 2
        }
    }

    /// Reads a response's head: its status and framing.
    static func readResponse(_ bytes: Span<UInt8>) throws(HTTPRejection) -> HTTPResponseParser.Head {
        var end = try endOfLine(bytes, from: 0)
        guard end >= 12, bytes.extracting(first: 9).equalsIgnoringCase("http/1.1 "), bytes[9].isDigit,
            bytes[10].isDigit, bytes[11].isDigit
        else { throw .malformed("status line is malformed") }
        let status = bytes.extracting(9..<12)
        let code = Int(status[0] - 0x30) * 100 + Int(status[1] - 0x30) * 10 + Int(status[2] - 0x30)
        var fields = HTTPFramingFields()
        while true {
            let start = end + 2
            end = try endOfLine(bytes, from: start)
            if end == start { break }
            let field = try split(bytes, start..<end)
            try fields.note(
                name: bytes.extracting(field.name), value: bytes.extracting(field.value), hasTab: field.hasTab)
        }
        return HTTPResponseParser.Head(
            status: code, framing: try fields.framing(needsHost: false, allowsChunks: true),
            keepsAlive: fields.keepsAlive(isHTTP10: false))
    }

    // MARK: Request line

    private static func requestLine(
        _ line: Span<UInt8>
    ) throws(HTTPRejection) -> (method: HTTPMethod, target: String, isHTTP10: Bool) {
        guard let first = line.firstIndex(of: .space, from: 0),
            let second = line.firstIndex(of: .space, from: first + 1)
        else { throw .malformed("request line is malformed") }
        let method = try method(line.extracting(first: first))
        let target = try target(line.extracting((first + 1)..<second))
        return (method, target, try isHTTP10(line.extracting((second + 1)...)))
    }

    private static func method(_ bytes: Span<UInt8>) throws(HTTPRejection) -> HTTPMethod {
        guard (1...maxMethodBytes).contains(bytes.count) else { throw .malformed("method is malformed") }
        for index in 0..<bytes.count where !bytes[index].isUppercase && bytes[index] != UInt8(ascii: "-") {
            throw .malformed("method is malformed")
        }
        let name = try string(bytes)
        switch name {
        case "GET": return .GET
        case "HEAD": return .HEAD
        case "PUT": return .PUT
        case "POST": return .POST
        case "DELETE": return .DELETE
        case "CONNECT": throw HTTPRejection(.notImplemented, "CONNECT is not served here")
        default: return HTTPMethod(rawValue: name)
        }
    }

    private static func target(_ bytes: Span<UInt8>) throws(HTTPRejection) -> String {
        guard bytes.count > 0 else { throw .malformed("request target is empty") }
        guard bytes[0] == UInt8(ascii: "/") || bytes.count == 1 && bytes[0] == UInt8(ascii: "*") else {
            throw .malformed("request target is not a path")
        }
        for index in 0..<bytes.count {
            guard bytes[index] < 0x80 else { throw .malformed("request target has bytes that must be percent-encoded") }
            guard bytes[index] > 0x20, bytes[index] != 0x7F else {
                throw .malformed("request target has control characters")
            }
            guard bytes[index] != UInt8(ascii: "#") else { throw .malformed("request target has a fragment") }
        }
        return try string(bytes)
    }

    private static func isHTTP10(_ version: Span<UInt8>) throws(HTTPRejection) -> Bool {
        if version.count == 8, version[5].isDigit, version[7].isDigit, version[6] == UInt8(ascii: "."),
            version.extracting(first: 5).equalsIgnoringCase("http/"), version[0] == UInt8(ascii: "H"),
            version[1] == UInt8(ascii: "T"), version[2] == UInt8(ascii: "T"), version[3] == UInt8(ascii: "P")
        {
            switch (version[5], version[7]) {
            case (0x31, 0x31): return false
            case (0x31, 0x30): return true
            default: throw HTTPRejection(.httpVersionNotSupported, "only HTTP/1.1 and HTTP/1.0 are spoken here")
            }
        }
        throw .malformed("request line is malformed")
    }

    // MARK: Field lines

    /// The end of the line that starts at `start`, its CRLF left out.
    private static func endOfLine(_ bytes: Span<UInt8>, from start: Int) throws(HTTPRejection) -> Int {
        guard let end = bytes.firstIndex(of: .lineFeed, from: start), end > start else {
            throw .malformed("line without an end")
        }
        return end - 1
    }

    /// The bounds of a field's name and of its value without the white space around it, and whether a tab is in that.
    private static func split(
        _ bytes: Span<UInt8>, _ line: Range<Int>
    ) throws(HTTPRejection) -> (name: Range<Int>, value: Range<Int>, hasTab: Bool) {
        guard bytes[line.lowerBound] != .space, bytes[line.lowerBound] != .tab else {
            throw .malformed("header line is folded")
        }
        var index = line.lowerBound
        while index < line.upperBound, bytes[index].isTokenCharacter { index += 1 }
        guard index > line.lowerBound, index < line.upperBound, bytes[index] == .colon else {
            throw .malformed("header name is malformed")
        }
        var start = index + 1
        var end = line.upperBound
        var hasTab = false
        while start < end, bytes[start] == .space || bytes[start] == .tab {
            hasTab = hasTab || bytes[start] == .tab
            start += 1
        }
        while end > start, bytes[end - 1] == .space || bytes[end - 1] == .tab {
            hasTab = hasTab || bytes[end - 1] == .tab
            end -= 1
        }
        for position in start..<end where !bytes[position].isFieldCharacter {
            throw .malformed("header value has control characters")
        }
        return (line.lowerBound..<index, start..<end, hasTab)
    }

    private static func string(_ bytes: Span<UInt8>) throws(HTTPRejection) -> String {
        do {
            return String(copying: try UTF8Span(validating: bytes))
        } catch {
            throw .malformed("header value is not UTF-8")
        }
    }
}
