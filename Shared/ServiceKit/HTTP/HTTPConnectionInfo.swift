package import NIOCore

/// What holds for all requests of a connection.
package final class HTTPConnectionInfo: Sendable {
    /// Runs the handlers of the connection's requests.
    package let executor: LoopExecutor
    package let allocator: ByteBufferAllocator
    /// The client's address: told by a trusted load balancer, or the socket's.
    package let remoteAddress: SocketAddress?
    /// The other end of the socket: the client or the load balancer.
    package let peerAddress: SocketAddress?
    /// The client's IP address as text, without a port; empty where it has none.
    package let clientAddress: String
    package let isTLS: Bool

    package var eventLoop: any EventLoop { executor.eventLoop }

    init(channel: any Channel, executor: LoopExecutor, proxied: SocketAddress?, isTLS: Bool) {
        self.executor = executor
        allocator = channel.allocator
        peerAddress = channel.remoteAddress
        remoteAddress = proxied ?? channel.remoteAddress
        clientAddress = remoteAddress?.ipAddress ?? ""
        self.isTLS = isTLS
    }
}
