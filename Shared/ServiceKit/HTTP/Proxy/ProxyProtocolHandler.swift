import NIOCore

/// Takes the PROXY header off a connection from a trusted load balancer, and refuses every other connection.
final class ProxyProtocolHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let trusted: [AddressRange]
    private let found: (SocketAddress) -> Void
    private var pending = ByteBuffer()
    private var isRefused = false
    private var isDone = false

    init(from trusted: [AddressRange], found: @escaping (SocketAddress) -> Void) {
        self.trusted = trusted
        self.found = found
    }

    func channelActive(context: ChannelHandlerContext) {
        let peer = context.channel.remoteAddress
        guard let peer, trusted.contains(where: { $0.contains(peer) }) else {
            isRefused = true
            context.close(promise: nil)
            return
        }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        guard !isDone else { return context.fireChannelRead(data) }
        var bytes = unwrapInboundIn(data)
        pending.writeBuffer(&bytes)
        do {
            guard let header = try ProxyHeader.read(from: &pending) else { return }
            isDone = true
            if case .proxied(let address) = header { found(address) }
            if pending.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(pending)) }
            pending.clear()
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            isRefused = true
            context.close(promise: nil)
        }
    }
}
