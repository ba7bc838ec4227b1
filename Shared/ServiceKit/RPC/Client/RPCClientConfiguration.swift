package import NIOCore
package import Wire

/// How a client reaches one peer service.
package struct RPCClientConfiguration: Sendable {
    /// As whom it calls, and by what credential.
    package var identity: RPCConfiguration
    package var peer: ServiceName
    /// Resolved anew every second; every address it stands for is used.
    package var address: ListenAddress
    /// Turns the address into all it stands for; nil where it cannot now. Called on a thread that may block.
    package var resolve: @Sendable (ListenAddress) -> [SocketAddress]? = PeerResolver.resolve
    package var resolveInterval: TimeAmount = .seconds(1)
    /// Nil for calls without TLS.
    package var tls: TLSIdentity?
    /// For the connection, and as long again for TLS.
    package var connectTimeout: TimeAmount = .seconds(2)
    /// Bodies of small calls on their way to one address; while there are as many, calls gather for the next.
    package var maxInFlightBodies = 2
    /// A body that has not been answered in part for so long no longer keeps others waiting.
    package var maxHold: TimeAmount = .milliseconds(2)
    /// Connections of one event loop to one address.
    package var maxConnections = 64
    /// How long calls wait for a peer that cannot be reached; when it has been away for longer, they fail at once.
    package var patience: TimeAmount = .seconds(3)
    package var retries = RPCRetryPolicy()
    /// Idle connections but one are closed after so long.
    package var idleTimeout: TimeAmount = .seconds(60)

    package init(identity: RPCConfiguration, peer: ServiceName, address: ListenAddress) {
        self.identity = identity
        self.peer = peer
        self.address = address
    }
}
