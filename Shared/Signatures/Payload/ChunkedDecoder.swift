import Cryptography

/// Takes the `aws-chunked` coding off a payload, buffer by buffer and without copying content.
///
/// Content is handed out before its chunk is verified: nothing may be made of it before the end is reached.
struct ChunkedDecoder: Sendable {
    /// The greatest length of a line that begins a chunk, in bytes.
    static let maxChunkLineBytes = 256
    /// The greatest length of the whole trailer, in bytes.
    static let maxTrailerBytes = 8 * 1024

    enum State: Sendable, Hashable {
        /// In the line that begins a chunk.
        case chunkLine
        /// In a chunk's data, with so many bytes to come.
        case data(left: Int64)
        /// In the line end behind a chunk's data.
        case dataEnd
        /// In the empty line behind the last chunk.
        case lastLine
        case trailer
        case done
        case failed
    }

    private(set) var state = State.chunkLine
    private var line: [UInt8] = []
    private var contentLeft: Int64
    private var signer: ChunkSigner?
    private var hash = SHA256()
    private var claimed = SHA256Digest()
    private(set) var trailer: PayloadTrailer?

    /// - Parameters:
    ///   - contentBytes: what the client said the content is, in bytes.
    ///   - signer: verifies chunks, and the trailer if there is one.
    ///   - trailer: the names announced; `nil` if the payload has no trailer.
    init(contentBytes: Int64, signer: ChunkSigner?, trailer: [String]?) {
        contentLeft = contentBytes
        self.signer = signer
        self.trailer = trailer.map { PayloadTrailer(announced: $0, isSigned: signer != nil) }
    }

    /// The next slice of content in `input`, or `nil` when all of it is used up.
    mutating func next(
        _ input: UnsafeRawBufferPointer, _ offset: inout Int
    ) throws(SignatureError) -> Range<Int>? {
        do throws(SignatureError) {
            while offset < input.count {
                if case .data(let left) = state {
                    return try takeData(input, &offset, left)
                }
                try takeLine(input, &offset)
            }
            return nil
        } catch {
            state = .failed
            throw error
        }
    }

    private mutating func takeData(
        _ input: UnsafeRawBufferPointer, _ offset: inout Int, _ left: Int64
    ) throws(SignatureError) -> Range<Int> {
        let count = Int(min(left, Int64(input.count - offset)))
        let range = offset..<offset + count
        offset += count
        if signer != nil { hash.update(UnsafeRawBufferPointer(rebasing: input[range])) }
        if Int64(count) < left {
            state = .data(left: left - Int64(count))
        } else {
            try verifyChunk()
            state = .dataEnd
        }
        return range
    }

    /// Takes bytes up to the end of a line or of the input.
    private mutating func takeLine(_ input: UnsafeRawBufferPointer, _ offset: inout Int) throws(SignatureError) {
        guard state != .done, state != .failed else { throw .incompleteBody }
        let limit = state == .trailer ? Self.maxTrailerBytes : Self.maxChunkLineBytes
        while offset < input.count {
            let byte = input[offset]
            offset += 1
            guard byte != 0x0A else {
                try endLine()
                return
            }
            guard line.count < limit else { throw state == .trailer ? .malformedTrailer : .incompleteBody }
            line.append(byte)
        }
    }

    private mutating func endLine() throws(SignatureError) {
        defer { line.removeAll(keepingCapacity: true) }
        let ended = line.last == 0x0D
        if ended { line.removeLast() }
        // In a signed trailer some clients end lines the way the signed text does, without a carriage return.
        guard ended || state == .trailer else { throw .incompleteBody }
        switch state {
        case .chunkLine: try beginChunk()
        case .dataEnd, .lastLine:
            guard line.isEmpty else { throw .incompleteBody }
            state = state == .dataEnd ? .chunkLine : .done
        case .trailer:
            if try trailer?.take(line: line) ?? true {
                try verifyTrailer()
                state = .done
            }
        case .data, .done, .failed: throw .incompleteBody
        }
    }

    /// Reads `size` or `size;chunk-signature=…`.
    private mutating func beginChunk() throws(SignatureError) {
        var digits = line[...]
        if signer != nil {
            guard let semicolon = line.firstIndex(of: UInt8(ascii: ";")) else { throw .incompleteBody }
            digits = line[..<semicolon]
            let heading = "chunk-signature=".utf8
            let rest = line[(semicolon + 1)...]
            guard rest.starts(with: heading),
                let signature = rest.dropFirst(heading.count).withUnsafeBytes({ SHA256Digest(hexDigits: $0) })
            else { throw .signatureDoesNotMatch }
            claimed = signature
        }
        guard (1...15).contains(digits.count) else { throw .incompleteBody }
        var size: Int64 = 0
        for digit in digits {
            guard let value = Hex.value(of: digit) else { throw .incompleteBody }
            size = size << 4 | Int64(value)
        }
        guard size <= contentLeft else { throw .incompleteBody }
        contentLeft -= size
        if size > 0 {
            state = .data(left: size)
        } else {
            guard contentLeft == 0 else { throw .incompleteBody }
            try verifyChunk()
            state = trailer == nil ? .lastLine : .trailer
        }
    }

    private mutating func verifyChunk() throws(SignatureError) {
        guard let expected = signer?.sign(chunk: hash.finalize()) else { return }
        hash = SHA256()
        guard ConstantTime.equal(expected, claimed) else { throw .signatureDoesNotMatch }
    }

    private mutating func verifyTrailer() throws(SignatureError) {
        guard let trailer, let expected = signer?.sign(trailer: trailer.digest) else { return }
        guard let signature = trailer.signature, ConstantTime.equal(expected, signature)
        else { throw .signatureDoesNotMatch }
    }
}
