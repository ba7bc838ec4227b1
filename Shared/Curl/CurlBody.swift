package import NIOCore

/// What a request carries.
///
/// Not `Sendable`: the source runs where the caller of `send` runs.
package enum CurlBody {
    case none
    case bytes(ByteBuffer)
    /// Pieces, asked for one by one as the connection takes them; without a length they go chunked.
    case stream(length: Int64?, next: () async throws -> ByteBuffer?)
}
