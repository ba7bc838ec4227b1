import NIOCore
import NIOHTTP1

/// How the body of a response is delimited.
enum HTTPResponseFraming: Sendable, Hashable {
    case notStarted
    /// In bytes.
    case fixed(remaining: Int64)
    case chunked
    /// HTTP/1.0 clients learn the end by the close.
    case untilClose
    /// HEAD, 204, 304: whatever is written is dropped.
    case bodiless
    case ended

    var carriesBody: Bool { self != .bodiless }
}

/// A response's status line and headers, turned into bytes.
struct HTTPResponseHead {
    enum Body {
        /// Sent at once; `isGiven` is false where there is no body at all.
        case known(bytes: Int, isGiven: Bool)
        case streamed
    }

    let status: HTTPResponseStatus
    let headers: HTTPHeaders
    let body: Body

    static let lineEnd = ByteBuffer(string: "\r\n")

    /// Writes the head and says how the body is delimited.
    ///
    /// - Parameter closes: whether the connection ends after the response; set where the response needs it.
    /// - Throws: `HTTPStreamError.misuse` where a header would break the framing.
    func write(
        answering request: HTTPRequestHead, closes: inout Bool, date: ByteBuffer, into buffer: inout ByteBuffer
    ) throws(HTTPStreamError) -> HTTPResponseFraming {
        buffer.writeStaticString("HTTP/1.1 ")
        writeStatus(into: &buffer)
        buffer.writeImmutableBuffer(date)
        var given: Int64?
        for (name, value) in headers {
            switch HTTPResponseField(name) {
            case .contentLength:
                guard let length = Int64(value), length >= 0, given == nil else {
                    throw .misuse("Content-Length is malformed")
                }
                given = length
            case .connection:
                if value.lowercased() == "close" { closes = true }
            case .transferEncoding:
                throw .misuse("Transfer-Encoding is the seam's to give")
            case .date: break
            case .other:
                guard Self.writeField(name, value, into: &buffer) else {
                    throw .misuse("header '\(name)' is malformed")
                }
            }
        }
        let framing = try framing(request, given: given, closes: &closes, into: &buffer)
        if closes {
            buffer.writeStaticString("Connection: close\r\n")
        } else if request.isHTTP10 {
            buffer.writeStaticString("Connection: keep-alive\r\n")
        }
        buffer.writeStaticString("\r\n")
        return framing
    }

    private func framing(
        _ request: HTTPRequestHead, given: Int64?, closes: inout Bool, into buffer: inout ByteBuffer
    ) throws(HTTPStreamError) -> HTTPResponseFraming {
        guard status.code >= 200 else { throw .misuse("an interim status is no response") }
        if status == .noContent { return .bodiless }
        let isBodiless = request.method == .HEAD || status == .notModified
        switch body {
        case .known(let bytes, let isGiven):
            let length = isBodiless && !isGiven ? given : Int64(bytes)
            guard isBodiless || given == nil || given == length else {
                throw .misuse("Content-Length is not that of the body")
            }
            if let length { Self.writeLength(length, into: &buffer) }
            return isBodiless ? .bodiless : .fixed(remaining: 0)
        case .streamed:
            if let given { Self.writeLength(given, into: &buffer) }
            if isBodiless { return .bodiless }
            if let given { return .fixed(remaining: given) }
            guard request.isHTTP10 else {
                buffer.writeStaticString("Transfer-Encoding: chunked\r\n")
                return .chunked
            }
            closes = true
            return .untilClose
        }
    }

    // MARK: Pieces

    private func writeStatus(into buffer: inout ByteBuffer) {
        switch status {
        case .ok: buffer.writeStaticString("200 OK\r\n")
        case .noContent: buffer.writeStaticString("204 No Content\r\n")
        case .partialContent: buffer.writeStaticString("206 Partial Content\r\n")
        case .notFound: buffer.writeStaticString("404 Not Found\r\n")
        default:
            buffer.writeString("\(status.code) ")
            // The one free text of a status line; anything but printable ASCII is left out.
            buffer.writeBytes(status.reasonPhrase.utf8.filter { (0x20..<0x7F).contains($0) })
            buffer.writeStaticString("\r\n")
        }
    }

    private static func writeLength(_ length: Int64, into buffer: inout ByteBuffer) {
        buffer.writeStaticString("Content-Length: ")
        buffer.writeDecimal(UInt64(length.magnitude))
        buffer.writeStaticString("\r\n")
    }

    /// Writes header lines; false where one is malformed.
    static func writeFields(_ headers: HTTPHeaders, into buffer: inout ByteBuffer) -> Bool {
        for (name, value) in headers {
            guard writeField(name, value, into: &buffer) else { return false }
        }
        return true
    }

    static func writeField(_ name: String, _ value: String, into buffer: inout ByteBuffer) -> Bool {
        guard !name.isEmpty, name.utf8.allSatisfy(\.isTokenCharacter), value.utf8.allSatisfy(\.isFieldCharacter) else {
            return false
        }
        buffer.writeString(name)
        buffer.writeStaticString(": ")
        buffer.writeString(value)
        buffer.writeStaticString("\r\n")
        return true
    }
}

/// The response headers that the seam decides about.
enum HTTPResponseField {
    case contentLength, connection, transferEncoding, date, other

    init(_ name: String) {
        switch name.utf8.count {
        case 4 where Self.equals(name, "date"): self = .date
        case 10 where Self.equals(name, "connection"): self = .connection
        case 14 where Self.equals(name, "content-length"): self = .contentLength
        case 17 where Self.equals(name, "transfer-encoding"): self = .transferEncoding
        default: self = .other
        }
    }

    private static func equals(_ name: String, _ word: StaticString) -> Bool {
        word.withUTF8Buffer { letters in zip(name.utf8, letters).allSatisfy { $0.lowercased == $1 } }
    }
}

extension ByteBuffer {
    mutating func writeDecimal(_ number: UInt64) {
        if number < 10 {
            writeInteger(UInt8(number) + 0x30)
        } else {
            writeString(String(number))
        }
    }
}
