import NIOCore
import NIOHTTP1

/// Cuts a connection's bytes into requests: the one place where a request's framing is decided.
///
/// Strict as RFC 9112 allows a server to be, so that no other reading of the same bytes can differ; see
/// `design/0002-http-seam.md` for what is refused and why there is no second parser in front of it.
struct HTTPRequestParser {
    private let limits: HTTPParserLimits
    private var scanner: HTTPSectionScanner
    /// Nil between requests.
    private var body: HTTPBodyDecoder?

    init(limits: HTTPParserLimits) {
        self.limits = limits
        scanner = HTTPSectionScanner(limits: limits, hasStartLine: true)
    }

    /// Whether the current request's body was consumed to its end.
    var isComplete: Bool { body?.isComplete ?? true }

    /// The body bytes still to come, nil where chunks leave it open.
    var remainingBodyBytes: Int64? {
        guard let body else { return 0 }
        return body.remainingBytes
    }

    /// Takes the next head off `buffer`; nil where it is not yet whole.
    mutating func nextHead(from buffer: inout ByteBuffer) throws(HTTPRejection) -> HTTPRequestHead? {
        if scanner.scanned == 0 {
            // RFC 9112 §2.2: one empty line may precede a request.
            if buffer.readableBytesUInt8Span.startsWithLineEnd { buffer.moveReaderIndex(forwardBy: 2) }
            guard try Self.mayBegin(buffer.readableBytesUInt8Span) else { return nil }
        }
        guard let length = try scanner.end(in: buffer.readableBytesUInt8Span) else { return nil }
        let head = try HTTPHeadReader.read(buffer.readableBytesUInt8Span.extracting(first: length), limits)
        buffer.moveReaderIndex(forwardBy: length)
        scanner = HTTPSectionScanner(limits: limits, hasStartLine: true)
        body = HTTPBodyDecoder(head.framing, limits: limits)
        return head
    }

    /// Takes the next part of the body off `buffer`; nil where more bytes are needed.
    mutating func nextBodyPart(from buffer: inout ByteBuffer) throws(HTTPRejection) -> HTTPBodyDecoder.Part? {
        guard body != nil else { return .end }
        return try body?.next(from: &buffer)
    }

    /// Makes ready for the next request of the connection.
    mutating func reset() { body = nil }

    /// Whether a request may begin here; false where that cannot be told yet.
    ///
    /// What is no request shows in its first byte, such as a TLS client's; waiting for a line would be in vain.
    private static func mayBegin(_ bytes: Span<UInt8>) throws(HTTPRejection) -> Bool {
        guard bytes.count > 0 else { return false }
        if bytes[0].isUppercase { return true }
        if bytes.count == 1, bytes[0] == .carriageReturn { return false }
        throw .malformed("request line is malformed")
    }
}
