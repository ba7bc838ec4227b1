package import NIOCore

/// The bytes of a put: a buffer, or a source that is asked for one buffer after the other.
///
/// Not `Sendable`: the source runs where the caller of `put` runs, and is asked for the next buffer only when the store has
/// taken the last, which is the back-pressure.
package struct ObjectBody {
    enum Source {
        case bytes(ByteBuffer)
        case stream(() async throws -> ByteBuffer?)
    }

    /// In bytes, if known. A source that yields more or fewer fails the put with `bodyLength`.
    package let length: Int64?
    let source: Source

    /// A body in memory. A store may send it again after a failure.
    package init(_ bytes: ByteBuffer) {
        length = Int64(bytes.readableBytes)
        source = .bytes(bytes)
    }

    /// A body that comes in pieces. What `next` throws comes out of the put as the cause of `bodyFailed`.
    ///
    /// - Parameter next: the next piece; `nil` at the end, and not asked again.
    package init(length: Int64?, next: @escaping () async throws -> ByteBuffer?) {
        self.length = length
        source = .stream(next)
    }
}
