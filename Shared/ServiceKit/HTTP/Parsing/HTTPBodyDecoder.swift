import NIOCore

/// Cuts the body of a message out of a connection's bytes by the framing of its head.
struct HTTPBodyDecoder {
    enum Part {
        case data(ByteBuffer)
        case end
    }

    private enum State: Hashable {
        case fixed(remaining: Int64)
        case chunkSize
        case chunkData(remaining: Int64)
        case chunkEnd
        case trailers
        case complete
    }

    private let limits: HTTPParserLimits
    private var state: State
    private var trailers: HTTPSectionScanner

    init(_ framing: HTTPRequestHead.Framing, limits: HTTPParserLimits) {
        self.limits = limits
        trailers = HTTPSectionScanner(limits: limits, hasStartLine: false)
        switch framing {
        case .length(0): state = .complete
        case .length(let length): state = .fixed(remaining: length)
        case .chunked: state = .chunkSize
        }
    }

    var isComplete: Bool { state == .complete }

    /// The bytes still to come, nil where chunks leave it open.
    var remainingBytes: Int64? {
        switch state {
        case .fixed(let remaining): remaining
        case .complete: 0
        case .chunkSize, .chunkData, .chunkEnd, .trailers: nil
        }
    }

    /// Takes the next part off `buffer`; nil where more bytes are needed.
    mutating func next(from buffer: inout ByteBuffer) throws(HTTPRejection) -> Part? {
        while true {
            switch state {
            case .complete:
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
                guard let length = try trailers.end(in: buffer.readableBytesUInt8Span) else { return nil }
                try HTTPHeadReader.checkTrailers(buffer.readableBytesUInt8Span.extracting(first: length), limits)
                buffer.moveReaderIndex(forwardBy: length)
                state = .complete
            }
        }
    }

    private static func take(_ remaining: Int64, from buffer: inout ByteBuffer) -> ByteBuffer? {
        guard buffer.readableBytes > 0 else { return nil }
        return buffer.readSlice(length: Int(min(Int64(buffer.readableBytes), remaining)))
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
}
