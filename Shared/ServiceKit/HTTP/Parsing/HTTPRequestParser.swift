import NIOCore
import NIOHTTP1

/// Cuts a connection's bytes into requests: the one place where a request's framing is decided.
///
/// Strict as RFC 9112 allows a server to be, so that no other reading of the same bytes can differ; see
/// `design/0002-http-seam.md` for what is refused and why there is no second parser in front of it.
struct HTTPRequestParser {
    enum BodyPart {
        case data(ByteBuffer)
        case end
    }

    private enum State: Hashable {
        case head
        case fixed(remaining: Int64)
        case chunkSize
        case chunkData(remaining: Int64)
        case chunkEnd
        case trailers
        case complete
    }

    private let limits: HTTPParserLimits
    private var state = State.head
    /// Bytes of an incomplete head or trailer section known to hold no line that ends it.
    private var scanned = 0
    private var lineStart = 0
    private var lineCount = 0

    init(limits: HTTPParserLimits) { self.limits = limits }

    /// Whether the current request's body was consumed to its end.
    var isComplete: Bool { state == .complete }

    /// The body bytes still to come, nil where chunks leave it open.
    var remainingBodyBytes: Int64? {
        switch state {
        case .fixed(let remaining): remaining
        case .complete, .head: 0
        case .chunkSize, .chunkData, .chunkEnd, .trailers: nil
        }
    }

    // MARK: Head

    /// Takes the next head off `buffer`; nil where it is not yet whole.
    mutating func nextHead(from buffer: inout ByteBuffer) throws(HTTPRejection) -> HTTPRequestHead? {
        if scanned == 0, buffer.readableBytesUInt8Span.startsWithLineEnd {
            // RFC 9112 §2.2: one empty line may precede a request.
            buffer.moveReaderIndex(forwardBy: 2)
        }
        guard let length = try endOfSection(buffer.readableBytesUInt8Span, isHead: true) else { return nil }
        let head = try HTTPHeadReader.read(buffer.readableBytesUInt8Span.extracting(first: length), limits)
        buffer.moveReaderIndex(forwardBy: length)
        resetScan()
        switch head.framing {
        case .length(0): state = .complete
        case .length(let length): state = .fixed(remaining: length)
        case .chunked: state = .chunkSize
        }
        return head
    }

    /// Makes ready for the next request of the connection.
    mutating func reset() {
        state = .head
        resetScan()
    }

    // MARK: Body

    /// Takes the next part of the body off `buffer`; nil where more bytes are needed.
    mutating func nextBodyPart(from buffer: inout ByteBuffer) throws(HTTPRejection) -> BodyPart? {
        while true {
            switch state {
            case .head, .complete:
                return .end
            case .fixed(let remaining):
                guard let data = Self.take(remaining, from: &buffer) else { return nil }
                let rest = remaining - Int64(data.readableBytes)
                state = rest == 0 ? .complete : .fixed(remaining: rest)
                return .data(data)
            case .chunkSize:
                guard let (size, length) = try Self.chunkSize(buffer.readableBytesUInt8Span) else { return nil }
                buffer.moveReaderIndex(forwardBy: length)
                state = size == 0 ? .trailers : .chunkData(remaining: size)
            case .chunkData(let remaining):
                guard let data = Self.take(remaining, from: &buffer) else { return nil }
                let rest = remaining - Int64(data.readableBytes)
                state = rest == 0 ? .chunkEnd : .chunkData(remaining: rest)
                return .data(data)
            case .chunkEnd:
                guard try Self.hasLineEnd(buffer.readableBytesUInt8Span) else { return nil }
                buffer.moveReaderIndex(forwardBy: 2)
                state = .chunkSize
            case .trailers:
                guard let length = try endOfSection(buffer.readableBytesUInt8Span, isHead: false) else { return nil }
                try HTTPHeadReader.checkTrailers(buffer.readableBytesUInt8Span.extracting(first: length), limits)
                buffer.moveReaderIndex(forwardBy: length)
                resetScan()
                state = .complete
            }
        }
    }

    private static func take(_ remaining: Int64, from buffer: inout ByteBuffer) -> ByteBuffer? {
        guard buffer.readableBytes > 0 else { return nil }
        let count = Int(min(Int64(buffer.readableBytes), remaining))
        return buffer.readSlice(length: count)
    }

    /// Reads `<1 to 15 hexadecimal digits> CRLF`; chunk extensions are refused.
    private static func chunkSize(
        _ bytes: Span<UInt8>
    ) throws(HTTPRejection) -> (size: Int64, length: Int)? {
        var size: Int64 = 0
        var index = 0
        while index < bytes.count, let digit = bytes[index].hexDigit {
            guard index < 15 else { throw .malformed("chunk size has more than 15 digits") }
            size = size << 4 | Int64(digit)
            index += 1
        }
        guard index < bytes.count else { return nil }
        guard index > 0, bytes[index] == .carriageReturn else { throw .malformed("chunk size is malformed") }
        guard index + 1 < bytes.count else { return nil }
        guard bytes[index + 1] == .lineFeed else { throw .malformed("chunk size is malformed") }
        return (size, index + 2)
    }

    /// Whether the line end behind a chunk is there.
    private static func hasLineEnd(_ bytes: Span<UInt8>) throws(HTTPRejection) -> Bool {
        guard bytes.count > 0 else { return false }
        guard bytes[0] == .carriageReturn else { throw .malformed("chunk does not end where its size says") }
        guard bytes.count > 1 else { return false }
        guard bytes[1] == .lineFeed else { throw .malformed("chunk does not end where its size says") }
        return true
    }

    // MARK: Sections of lines

    private mutating func resetScan() {
        scanned = 0
        lineStart = 0
        lineCount = 0
    }

    /// The length of a section of lines up to and with the empty line that ends it; nil where that is not there yet.
    private mutating func endOfSection(_ bytes: Span<UInt8>, isHead: Bool) throws(HTTPRejection) -> Int? {
        if isHead, scanned == 0, bytes.count > 0, !bytes[0].isUppercase {
            // Also what a TLS client's first byte looks like; waiting for a line would be in vain.
            throw .malformed("request line is malformed")
        }
        while let end = bytes.firstIndex(of: .lineFeed, from: scanned) {
            guard end > lineStart, bytes[end - 1] == .carriageReturn else { throw .malformed("line ends without CR") }
            let isEmpty = end - 1 == lineStart
            try checkLine(end: end + 1, isHead: isHead)
            scanned = end + 1
            lineStart = scanned
            lineCount += 1
            if isEmpty { return scanned }
        }
        scanned = bytes.count
        try checkLine(end: scanned, isHead: isHead)
        return nil
    }

    private func checkLine(end: Int, isHead: Bool) throws(HTTPRejection) {
        if isHead, lineCount == 0 {
            guard end <= limits.maxRequestLineBytes else {
                throw HTTPRejection(
                    .uriTooLong, "request line is longer than \(limits.maxRequestLineBytes) bytes")
            }
        }
        guard end <= limits.maxHeadBytes else {
            throw HTTPRejection(
                .requestHeaderFieldsTooLarge, "header is longer than \(limits.maxHeadBytes) bytes")
        }
    }
}
