import NIOCore

/// Cuts a `multipart/form-data` body (RFC 7578, RFC 2046 §5.1) into its parts as it comes, holding back at most a boundary.
struct FormDataParser {
    /// The greatest length of the header of a part, in bytes.
    static let maxHeaderBytes = 16 * 1024
    /// The greatest length of what may stand before the first part, in bytes.
    static let maxPreambleBytes = 16 * 1024
    /// RFC 2046 §5.1.1.
    static let maxBoundaryBytes = 70

    enum Event: Sendable {
        /// Feed it more.
        case needsBytes
        case part(FormPart)
        /// Of the part that began last.
        case bytes(ByteBuffer)
        case partEnd
        /// The closing boundary; what follows means nothing.
        case end
    }

    private enum State { case preamble, boundaryTail, header, content, closed }

    /// CR LF and two hyphens in front of the boundary.
    private let delimiter: [UInt8]
    private var state = State.preamble
    private var buffer: ByteBuffer
    /// Bytes in front of the first boundary, in bytes.
    private var preambleBytes = 0

    /// - Throws: `APIError` 400 for a boundary that is no boundary.
    init(boundary: String) throws(APIError) {
        guard (1...Self.maxBoundaryBytes).contains(boundary.utf8.count) else {
            throw .badRequest("the form's boundary must have 1 to \(Self.maxBoundaryBytes) bytes")
        }
        delimiter = Array("\r\n--\(boundary)".utf8)
        // The first boundary may stand at the very beginning, without a line end before it.
        buffer = ByteBuffer(string: "\r\n")
    }

    mutating func feed(_ bytes: ByteBuffer) {
        buffer.discardReadBytes()
        buffer.writeImmutableBuffer(bytes)
    }

    /// - Throws: `APIError` 400 where the body is no form.
    mutating func next() throws(APIError) -> Event {
        while true {
            switch state {
            case .preamble:
                guard let found = find() else {
                    skipPreamble()
                    guard preambleBytes <= Self.maxPreambleBytes else { throw Self.malformed }
                    return .needsBytes
                }
                buffer.moveReaderIndex(forwardBy: found + delimiter.count)
                state = .boundaryTail
            case .boundaryTail:
                guard let closes = try takeBoundaryTail() else { return .needsBytes }
                state = closes ? .closed : .header
                if closes { return .end }
            case .header:
                guard let part = try takeHeader() else { return .needsBytes }
                state = .content
                return .part(part)
            case .content:
                if let found = find() {
                    if found > 0, let bytes = buffer.readSlice(length: found) { return .bytes(bytes) }
                    buffer.moveReaderIndex(forwardBy: delimiter.count)
                    state = .boundaryTail
                    return .partEnd
                }
                let safe = buffer.readableBytes - (delimiter.count - 1)
                guard safe > 0, let bytes = buffer.readSlice(length: safe) else { return .needsBytes }
                return .bytes(bytes)
            case .closed:
                return .end
            }
        }
    }

    private static let malformed = APIError.badRequest("the body is not multipart/form-data")

    /// Where the delimiter begins, counted from the first unread byte.
    private func find() -> Int? {
        buffer.withUnsafeReadableBytes { bytes -> Int? in
            let last = bytes.count - delimiter.count
            var index = 0
            while index <= last {
                guard let hit = bytes[index...].firstIndex(of: delimiter[0]), hit <= last else { return nil }
                if bytes[hit..<(hit + delimiter.count)].elementsEqual(delimiter) { return hit }
                index = hit + 1
            }
            return nil
        }
    }

    private mutating func skipPreamble() {
        let surplus = buffer.readableBytes - (delimiter.count - 1)
        guard surplus > 0 else { return }
        buffer.moveReaderIndex(forwardBy: surplus)
        preambleBytes += surplus
    }

    /// Reads what stands behind a boundary: two hyphens, or white space and a line end; nil where more bytes are needed.
    private mutating func takeBoundaryTail() throws(APIError) -> Bool? {
        let bytes = buffer.readableBytesView
        guard bytes.count >= 2 else { return nil }
        if bytes.starts(with: "--".utf8) { return true }
        let padding = bytes.prefix { $0 == 0x20 || $0 == 0x09 }.count
        guard padding <= Self.maxBoundaryBytes else { throw Self.malformed }
        guard bytes.count >= padding + 2 else { return nil }
        guard bytes.dropFirst(padding).starts(with: "\r\n".utf8) else { throw Self.malformed }
        buffer.moveReaderIndex(forwardBy: padding + 2)
        return false
    }

    private mutating func takeHeader() throws(APIError) -> FormPart? {
        let bytes = Array(buffer.readableBytesView.prefix(Self.maxHeaderBytes))
        var lines: [String] = []
        var start = 0
        while let end = Self.lineEnd(bytes, from: start) {
            if end == start {
                buffer.moveReaderIndex(forwardBy: end + 2)
                return FormPart(headerLines: lines)
            }
            guard let line = String(validating: bytes[start..<end], as: UTF8.self) else { throw Self.malformed }
            lines.append(line)
            start = end + 2
        }
        guard bytes.count < Self.maxHeaderBytes else { throw Self.malformed }
        return nil
    }

    private static func lineEnd(_ bytes: [UInt8], from start: Int) -> Int? {
        var index = start
        while index + 1 < bytes.count {
            if bytes[index] == 0x0D, bytes[index + 1] == 0x0A { return index }
            index += 1
        }
        return nil
    }
}
