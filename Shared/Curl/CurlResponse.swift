package import NIOCore

/// An answer whose head is here and whose body is on its way.
///
/// For one reader. Whoever holds it calls `cancel()` in a `defer`: it ends a transfer whose body was not read to the end, which would
/// otherwise keep its connection and buffers.
package final class CurlResponse: Sendable {
    package let head: CurlHead
    private let transfer: Transfer

    init(head: CurlHead, transfer: Transfer) {
        self.head = head
        self.transfer = transfer
    }

    deinit { transfer.cancel() }

    /// The next bytes, in order; `nil` at the end.
    ///
    /// - Throws: `cut` where the connection ended before the length the answer announced.
    package func next() async throws(CurlError) -> ByteBuffer? {
        while true {
            switch transfer.take() {
            case .bytes(let bytes): return bytes
            case .end: return nil
            case .failed(let error): throw error
            case .nothingYet: await transfer.wait(for: .bytes)
            }
        }
    }

    /// The whole of the body.
    ///
    /// - Throws: `tooLarge` where it has more than `maxBytes`; the rest is then not read.
    package func collect(maxBytes: Int) async throws(CurlError) -> ByteBuffer {
        var all = ByteBuffer()
        while var bytes = try await next() {
            guard all.readableBytes + bytes.readableBytes <= maxBytes else {
                transfer.cancel()
                throw CurlError(.tooLarge, "the answer is larger than \(maxBytes) bytes")
            }
            if all.readableBytes == 0 { all = bytes } else { all.writeBuffer(&bytes) }
        }
        return all
    }

    /// Ends the transfer if it has not ended. Safe to call at any time, from anywhere, more than once.
    package func cancel() { transfer.cancel() }
}
