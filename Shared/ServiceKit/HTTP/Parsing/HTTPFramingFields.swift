import NIOHTTP1

/// What the header lines say of the framing of a message, gathered line by line.
struct HTTPFramingFields {
    /// RFC 9110 §8.6 sets no limit; 18 digits are below `Int64.max`.
    static let maxContentLengthDigits = 18

    private var hostCount = 0
    private var contentLength: Int64?
    private var hasTransferEncoding = false
    private var saysClose = false
    private var saysKeepAlive = false
    private(set) var expectsContinue = false

    static func isFraming(_ name: Span<UInt8>) -> Bool {
        name.equalsIgnoringCase("content-length") || name.equalsIgnoringCase("transfer-encoding")
            || name.equalsIgnoringCase("host")
    }

    /// - Parameters:
    ///   - value: without the white space around it.
    ///   - hasTab: whether there is a tab in that white space. RFC 9110 §5.6.3 allows it, and there are parsers that
    ///     take it for part of the value: they would frame the body in another way, so framing fields must have none.
    /// - Throws: where a field breaks its own rule, whatever the others say.
    mutating func note(name: Span<UInt8>, value: Span<UInt8>, hasTab: Bool) throws(HTTPRejection) {
        switch name.count {
        case 4 where name.equalsIgnoringCase("host"):
            try noteHost(value)
        case 6 where name.equalsIgnoringCase("expect"):
            guard value.equalsIgnoringCase("100-continue") else {
                throw HTTPRejection(.expectationFailed, "only 100-continue can be expected")
            }
            expectsContinue = true
        case 10 where name.equalsIgnoringCase("connection"):
            noteConnection(value)
        case 14 where name.equalsIgnoringCase("content-length"):
            guard contentLength == nil else { throw .malformed("Content-Length is repeated") }
            guard !hasTab else { throw .malformed("tab around Content-Length") }
            contentLength = try Self.length(value)
        case 17 where name.equalsIgnoringCase("transfer-encoding"):
            guard !hasTransferEncoding else { throw .malformed("Transfer-Encoding is repeated") }
            guard !hasTab else { throw .malformed("tab around Transfer-Encoding") }
            guard value.equalsIgnoringCase("chunked") else {
                throw HTTPRejection(.notImplemented, "the only transfer coding spoken here is chunked")
            }
            hasTransferEncoding = true
        default: break
        }
    }

    /// - Throws: where the fields contradict one another, or one that is needed is missing.
    func framing(needsHost: Bool, allowsChunks: Bool) throws(HTTPRejection) -> HTTPRequestHead.Framing {
        if hostCount == 0, needsHost { throw .malformed("Host is missing") }
        guard hasTransferEncoding else { return .length(contentLength ?? 0) }
        guard contentLength == nil else { throw .malformed("Content-Length together with Transfer-Encoding") }
        guard allowsChunks else { throw .malformed("Transfer-Encoding in HTTP/1.0") }
        return .chunked
    }

    func keepsAlive(isHTTP10: Bool) -> Bool { !saysClose && (!isHTTP10 || saysKeepAlive) }

    // MARK: Fields

    private mutating func noteHost(_ value: Span<UInt8>) throws(HTTPRejection) {
        hostCount += 1
        guard hostCount == 1 else { throw .malformed("Host is repeated") }
        for index in 0..<value.count where !value[index].isHostCharacter { throw .malformed("Host is malformed") }
    }

    private mutating func noteConnection(_ value: Span<UInt8>) {
        var start = 0
        while start <= value.count {
            let end = value.firstIndex(of: UInt8(ascii: ","), from: start) ?? value.count
            var bounds = start..<end
            while let first = bounds.first, value[first] == .space || value[first] == .tab { bounds.removeFirst() }
            while let last = bounds.last, value[last] == .space || value[last] == .tab { bounds.removeLast() }
            let option = value.extracting(bounds)
            if option.equalsIgnoringCase("close") { saysClose = true }
            if option.equalsIgnoringCase("keep-alive") { saysKeepAlive = true }
            start = end + 1
        }
    }

    private static func length(_ value: Span<UInt8>) throws(HTTPRejection) -> Int64 {
        guard (1...maxContentLengthDigits).contains(value.count) else {
            throw .malformed("Content-Length is malformed")
        }
        var length: Int64 = 0
        for index in 0..<value.count {
            guard value[index].isDigit else { throw .malformed("Content-Length is malformed") }
            length = length * 10 + Int64(value[index] - 0x30)
        }
        return length
    }
}
