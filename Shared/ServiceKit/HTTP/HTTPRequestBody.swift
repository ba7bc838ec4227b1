package import NIOCore

/// The body of a request, pulled piece by piece.
///
/// Bytes are taken off the socket as they are pulled, but for one read ahead. One task may pull at a time.
package struct HTTPRequestBody: Sendable {
    let exchange: HTTPExchange

    /// The next bytes; nil at the end. The first pull answers `Expect: 100-continue`.
    package func next() async throws(HTTPStreamError) -> ByteBuffer? {
        try await exchange.nextBodyPart()
    }

    /// The whole body.
    ///
    /// - Throws: `HTTPStreamError.bodyTooLarge` beyond `maxBytes`, at once where the length is announced.
    package func collect(maxBytes: Int) async throws(HTTPStreamError) -> ByteBuffer {
        if let length = exchange.contentLength, length > Int64(maxBytes) {
            throw .bodyTooLarge(limitBytes: maxBytes)
        }
        guard var whole = try await next() else { return ByteBuffer() }
        while let part = try await next() {
            guard whole.readableBytes + part.readableBytes <= maxBytes else {
                throw .bodyTooLarge(limitBytes: maxBytes)
            }
            whole.writeImmutableBuffer(part)
        }
        guard whole.readableBytes <= maxBytes else { throw .bodyTooLarge(limitBytes: maxBytes) }
        return whole
    }
}
