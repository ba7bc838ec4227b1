import Cryptography

/// Turns the body of a request into its content, buffer by buffer, and checks what was signed of it.
///
/// Content is handed out before all of it is verified: it counts only once `finish` has returned.
package struct PayloadDecoder: Sendable {
    private enum Coding: Sendable {
        case plain
        /// To be hashed and compared.
        case hashed(SHA256, SHA256Digest)
        case chunked(ChunkedDecoder)
    }

    /// The number of bytes of content, where the request says so: the decoded length for a chunked payload.
    package let contentBytes: Int64?
    private var coding: Coding
    private var received: Int64 = 0

    /// - Parameters:
    ///   - mode: what `x-amz-content-sha256` says.
    ///   - signer: for the modes whose chunks are signed.
    /// - Throws: `missingContentLength`, `invalidLength`, `malformedTrailer`.
    package init(_ head: RequestHead, mode: PayloadMode, signer: ChunkSigner? = nil) throws(SignatureError) {
        switch mode {
        case .unsigned:
            contentBytes = try head.length("content-length")
            coding = .plain
        case .signed(let digest):
            contentBytes = try head.length("content-length")
            coding = .hashed(SHA256(), digest)
        case .streamingSigned, .streamingSignedTrailer, .streamingUnsignedTrailer:
            guard let bytes = try head.length("x-amz-decoded-content-length") else { throw .missingContentLength }
            contentBytes = bytes
            let isSigned = mode != .streamingUnsignedTrailer
            guard isSigned == (signer != nil) else { throw .invalidContentSHA256 }
            coding = .chunked(
                ChunkedDecoder(
                    contentBytes: bytes, signer: signer,
                    trailer: mode == .streamingSigned ? nil : try PayloadTrailer.announced(head)))
        }
    }

    /// The next slice of content in `input` from `offset` on, which moves behind it; `nil` at the end of `input`.
    ///
    /// - Throws: `incompleteBody`, `signatureDoesNotMatch`, `malformedTrailer`; the body is then to be given up.
    package mutating func next(
        _ input: UnsafeRawBufferPointer, _ offset: inout Int
    ) throws(SignatureError) -> Range<Int>? {
        guard offset < input.count else { return nil }
        if case .chunked(var decoder) = coding {
            // Moved out and in again so that its buffer is not copied.
            coding = .plain
            defer { coding = .chunked(decoder) }
            return try decoder.next(input, &offset)
        }
        let range = offset..<input.count
        offset = input.count
        received += Int64(range.count)
        if let contentBytes, received > contentBytes { throw .incompleteBody }
        if case .hashed(var hash, let expected) = coding {
            hash.update(UnsafeRawBufferPointer(rebasing: input[range]))
            coding = .hashed(hash, expected)
        }
        return range
    }

    /// Ends the body: everything is checked when this returns.
    ///
    /// - Returns: the fields of the trailer, names in lower case.
    /// - Throws: `incompleteBody`, `contentSHA256Mismatch`.
    package func finish() throws(SignatureError) -> [RequestHead.Field] {
        switch coding {
        case .chunked(let decoder):
            guard decoder.state == .done else { throw .incompleteBody }
            return decoder.trailer?.fields ?? []
        case .plain:
            guard received == contentBytes ?? received else { throw .incompleteBody }
        case .hashed(let hash, let expected):
            guard received == contentBytes ?? received else { throw .incompleteBody }
            let digest = hash.finalize()
            guard ConstantTime.equal(digest, expected) else {
                throw .contentSHA256Mismatch(claimed: expected.hex, computed: digest.hex)
            }
        }
        return []
    }
}

extension SigV4Claim {
    /// The decoder of this request's body.
    ///
    /// - Parameter key: what verified the request.
    package func payloadDecoder(_ head: RequestHead, key: DerivedKey) throws(SignatureError) -> PayloadDecoder {
        let isChained = payload == .streamingSigned || payload == .streamingSignedTrailer
        return try PayloadDecoder(
            head, mode: payload,
            signer: isChained ? ChunkSigner(key: key, time: time, scope: scope, seed: signature) : nil)
    }
}
