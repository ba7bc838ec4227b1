import NIOCore
import ServiceKit
import Signatures

/// Takes a request's content off its body, piece by piece, and checks it against all that was claimed of it.
///
/// For one task. Content counts only once `finish` has returned.
struct ContentReader {
    private let body: HTTPRequestBody
    private var decoder: PayloadDecoder
    /// What came from the body and is not decoded yet.
    private var raw = ByteBuffer()
    private let claim: ContentClaim

    init(_ exchange: S3Exchange, _ claim: ContentClaim) throws(S3Error) {
        body = exchange.request.body
        decoder = try exchange.caller.payloadDecoder(exchange.head)
        self.claim = claim
    }

    /// The next content there is, without copying; nil at the end of the body.
    ///
    /// - Throws: `IncompleteBody`, `SignatureDoesNotMatch`, `RequestTimeout` and the like.
    mutating func next() async throws(S3Error) -> ByteBuffer? {
        while true {
            if let content = try decodeNext() { return content }
            do throws(HTTPStreamError) {
                guard let more = try await body.next() else { return nil }
                raw = more
            } catch { throw S3Error(error) }
        }
    }

    private mutating func decodeNext() throws(S3Error) -> ByteBuffer? {
        guard raw.readableBytes > 0 else { return nil }
        var offset = 0
        let result = raw.withUnsafeReadableBytes { bytes -> Result<Range<Int>?, SignatureError> in
            do throws(SignatureError) { return .success(try decoder.next(bytes, &offset)) } catch {
                return .failure(error)
            }
        }
        switch result {
        case .success(let range):
            let content = range.flatMap { raw.getSlice(at: raw.readerIndex + $0.lowerBound, length: $0.count) }
            raw.moveReaderIndex(forwardBy: offset)
            return content
        case .failure(let error): throw S3Error(error)
        }
    }

    /// All content at once, of at most `maxBytes`.
    ///
    /// - Throws: `MaxMessageLengthExceeded`.
    mutating func collect(maxBytes: Int) async throws(S3Error) -> ByteBuffer {
        guard var whole = try await next() else { return ByteBuffer() }
        while let piece = try await next() {
            guard whole.readableBytes + piece.readableBytes <= maxBytes else {
                throw S3Error(.maxMessageLengthExceeded)
            }
            whole.writeImmutableBuffer(piece)
        }
        guard whole.readableBytes <= maxBytes else { throw S3Error(.maxMessageLengthExceeded) }
        return whole
    }

    /// The next piece of about `bytes`, gathered; nil at the end.
    mutating func gather(_ bytes: Int, _ allocator: ByteBufferAllocator) async throws(S3Error) -> ByteBuffer? {
        guard var piece = try await next() else { return nil }
        guard piece.readableBytes < bytes, var more = try await next() else { return piece }
        let first = piece
        piece = allocator.buffer(capacity: bytes + 64 * 1024)
        piece.writeImmutableBuffer(first)
        piece.writeBuffer(&more)
        while piece.readableBytes < bytes, var more = try await next() { piece.writeBuffer(&more) }
        return piece
    }

    /// Ends the body: everything is checked when this returns.
    ///
    /// - Throws: `IncompleteBody`, `XAmzContentSHA256Mismatch`, `BadDigest`, `MalformedTrailerError`.
    func finish(_ digests: ContentDigests) throws(S3Error) -> ReceivedContent {
        let trailer: [RequestHead.Field]
        do throws(SignatureError) { trailer = try decoder.finish() } catch { throw S3Error(error) }
        return try claim.verify(digests, trailer: trailer)
    }
}
