import Glibc
package import NIOCore

/// Takes a form's fields off a body, and then the content of its file piece by piece (RFC 7578).
///
/// For one task. Fields are bounded by `maxFieldBytes` together; of the file no more is held than one piece of the body.
package struct FormReader {
    package enum Field: Sendable, Hashable {
        case text(name: String, value: String)
        /// The file: its content comes next, by `nextContent`.
        case file(name: String)
    }

    /// The most that may come before the file's content, in bytes (S3: 20 KB).
    package static let maxFieldBytes = 20 * 1024
    /// The most that may follow the file, which is ignored; in bytes.
    static let maxTailBytes = 64 * 1024

    private let delimiter: [UInt8]
    private let source: () async throws(S3Error) -> ByteBuffer?
    private var buffer = ByteBuffer()
    private var fieldBytes = 0
    private var isAtEnd = false
    private var isInFile = false

    /// - Parameter source: the next bytes of the body; nil at its end.
    package init(_ boundary: FormBoundary, _ source: @escaping () async throws(S3Error) -> ByteBuffer?) {
        delimiter = boundary.delimiter
        self.source = source
        // So that the first boundary, which begins the body, looks like the others.
        buffer.writeBytes([0x0D, 0x0A])
    }

    /// The next field; nil where the form ends without a file.
    ///
    /// - Throws: `MalformedPOSTRequest`, `MaxPostPreDataLengthExceeded`.
    package mutating func nextField() async throws(S3Error) -> Field? {
        // The delimiter before the field, then a line's end, or two hyphens behind the last one.
        let preamble = try await take(through: delimiter)
        guard preamble.isEmpty else { throw S3Error(.malformedPOSTRequest) }
        return try await fieldBehindDelimiter()
    }

    private mutating func fieldBehindDelimiter() async throws(S3Error) -> Field? {
        guard try await fill(2) else { throw S3Error(.malformedPOSTRequest) }
        switch buffer.readBytes(length: 2) {
        case [0x2D, 0x2D]: return nil
        case [0x0D, 0x0A]: break
        default: throw S3Error(.malformedPOSTRequest)
        }
        let head = try await take(through: Array("\r\n\r\n".utf8))
        let (name, filename) = try FormPartHead.parse(head)
        if name.lowercased() == "file" {
            isInFile = true
            return .file(name: filename ?? "")
        }
        let value = try await take(through: delimiter)
        guard let text = String(validating: value, as: UTF8.self) else { throw S3Error(.malformedPOSTRequest) }
        // What was taken belongs to the next field.
        buffer = ByteBuffer(bytes: delimiter + Array(buffer.readableBytesView))
        return .text(name: name, value: text)
    }

    /// The next piece of the file; nil at its end.
    ///
    /// - Throws: `IncompleteBody` where the body ends before the form does.
    package mutating func nextContent() async throws(S3Error) -> ByteBuffer? {
        while isInFile {
            if let found = position(of: delimiter) {
                let piece = buffer.readSlice(length: found)
                buffer.moveReaderIndex(forwardBy: delimiter.count)
                isInFile = false
                if let piece, piece.readableBytes > 0 { return piece }
                break
            }
            // The last bytes may begin the delimiter.
            let sure = buffer.readableBytes - delimiter.count + 1
            if sure > 0 { return buffer.readSlice(length: sure) }
            guard try await readMore() else { throw S3Error(.incompleteBody) }
        }
        return nil
    }

    /// Reads what follows the file, which S3 ignores, up to the end of the body.
    ///
    /// - Throws: `MalformedPOSTRequest`.
    package mutating func finish() async throws(S3Error) {
        guard try await fill(2) else { throw S3Error(.incompleteBody) }
        guard let mark = buffer.readBytes(length: 2), mark == [0x2D, 0x2D] || mark == [0x0D, 0x0A] else {
            throw S3Error(.malformedPOSTRequest)
        }
        var bytes = buffer.readableBytes
        while let more = try await source() {
            bytes += more.readableBytes
            guard bytes <= Self.maxTailBytes else { throw S3Error(.malformedPOSTRequest) }
        }
    }

    // MARK: The buffer

    /// What comes before a text, which is taken too.
    private mutating func take(through text: [UInt8]) async throws(S3Error) -> [UInt8] {
        while true {
            if let found = position(of: text) {
                guard let bytes = buffer.readBytes(length: found) else { throw S3Error(.malformedPOSTRequest) }
                buffer.moveReaderIndex(forwardBy: text.count)
                fieldBytes += found + text.count
                guard fieldBytes <= Self.maxFieldBytes else { throw S3Error(.maxPostPreDataLengthExceeded) }
                return bytes
            }
            guard fieldBytes + buffer.readableBytes <= Self.maxFieldBytes else {
                throw S3Error(.maxPostPreDataLengthExceeded)
            }
            guard try await readMore() else { throw S3Error(.malformedPOSTRequest) }
        }
    }

    private mutating func fill(_ bytes: Int) async throws(S3Error) -> Bool {
        while buffer.readableBytes < bytes {
            guard try await readMore() else { return false }
        }
        return true
    }

    private mutating func readMore() async throws(S3Error) -> Bool {
        guard !isAtEnd, var more = try await source() else {
            isAtEnd = true
            return false
        }
        if buffer.readableBytes == 0 { buffer = more } else { buffer.writeBuffer(&more) }
        return true
    }

    /// Where a text begins behind the reader's place.
    private func position(of text: [UInt8]) -> Int? {
        guard let first = text.first else { return nil }
        return buffer.withUnsafeReadableBytes { bytes -> Int? in
            guard let start = bytes.baseAddress else { return nil }
            var from = 0
            while from + text.count <= bytes.count {
                guard let found = memchr(start + from, CInt(first), bytes.count - text.count + 1 - from) else {
                    return nil
                }
                let place = UnsafeRawPointer(found) - start
                if memcmp(found, text, text.count) == 0 { return place }
                from = place + 1
            }
            return nil
        }
    }
}
