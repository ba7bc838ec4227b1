import NIOCore
import NIOHTTP1

/// Cuts a peer's bytes into responses; for calls between services, which use no more of HTTP than this.
struct HTTPResponseParser {
    struct Head: Hashable {
        let status: Int
        let framing: HTTPRequestHead.Framing
        let keepsAlive: Bool
    }

    private let limits = HTTPParserLimits()
    private var scanner: HTTPSectionScanner
    private var body: HTTPBodyDecoder?

    init() { scanner = HTTPSectionScanner(limits: limits, hasStartLine: true) }

    /// Takes the next head off `buffer`; nil where it is not yet whole.
    mutating func nextHead(from buffer: inout ByteBuffer) throws(HTTPRejection) -> Head? {
        guard let length = try scanner.end(in: buffer.readableBytesUInt8Span) else { return nil }
        let head = try HTTPHeadReader.readResponse(buffer.readableBytesUInt8Span.extracting(first: length))
        buffer.moveReaderIndex(forwardBy: length)
        scanner = HTTPSectionScanner(limits: limits, hasStartLine: true)
        body = HTTPBodyDecoder(head.framing, limits: limits)
        return head
    }

    mutating func nextBodyPart(from buffer: inout ByteBuffer) throws(HTTPRejection) -> HTTPBodyDecoder.Part? {
        guard body != nil else { return .end }
        return try body?.next(from: &buffer)
    }
}
