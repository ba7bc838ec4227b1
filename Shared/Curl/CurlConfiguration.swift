/// The limits of one engine.
package struct CurlConfiguration: Sendable {
    /// How many transfers run at once; more wait their turn.
    package var maxTransfers = 1_024
    /// How many transfers may wait; more are refused.
    package var maxWaiting = 16_384
    /// How many connections stay open without a transfer.
    package var maxIdleConnections = 256
    /// After how long without a transfer a connection is not used again.
    package var idleConnectionSeconds = 20
    /// From how many bytes a transfer stops reading until its reader has taken them. A transfer holds at most this and
    /// what one read of the socket adds.
    package var maxBufferedBytes = 1_048_576
    /// The greatest size of an answer's head.
    package var maxHeadBytes = 65_536
    /// The size of libcurl's buffer for receiving, and for sending.
    package var ioBufferBytes = 524_288
    /// A file of certificate authorities in place of the system's.
    package var authorities: String?
    /// Which addresses may be connected to, asked at connect time so that a name cannot change its mind. An engine with a filter
    /// serves only the requests the filter is for, since connections are shared.
    package var permits: (@Sendable (PeerAddress) -> Bool)?

    package init() {}
}
