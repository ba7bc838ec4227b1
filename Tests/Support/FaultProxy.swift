import NIOCore
import NIOPosix
import Synchronization

/// A TCP proxy that behaves badly on demand.
package final class FaultProxy: Sendable {
    package struct Faults: Sendable {
        /// Every piece waits this long before it goes on, in milliseconds.
        package var delayMilliseconds: Int64 = 0
        /// A connection is cut once the server has sent so many bytes over it.
        package var cutsAfterReceived: Int?
        /// A connection is cut once the client has sent so many bytes over it.
        package var cutsAfterSent: Int?
        /// After how many cuts connections are left alone.
        package var maxCuts = Int.max
        /// Connections are accepted, and nothing is passed on.
        package var isStalled = false
        /// Connections are closed as soon as they are made.
        package var isDown = false

        package init() {}
    }

    package let port: Int
    fileprivate let faults = Mutex(Faults())
    private let connections = Atomic<Int>(0)
    private let cuts = Atomic<Int>(0)
    private let listener: any Channel
    private let group: MultiThreadedEventLoopGroup
    private let upstreamPort: Int
    private let open = Mutex<[ObjectIdentifier: any Channel]>([:])

    /// Listens on a free port of 127.0.0.1 for connections to another one.
    package static func start(upstreamPort: Int) async throws -> FaultProxy {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let box = Mutex<FaultProxy?>(nil)
        let listener = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                guard let proxy = box.withLock({ $0 }) else { return channel.close() }
                return proxy.accept(channel)
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let proxy = FaultProxy(listener, group, upstreamPort)
        box.withLock { $0 = proxy }
        return proxy
    }

    private init(_ listener: any Channel, _ group: MultiThreadedEventLoopGroup, _ upstreamPort: Int) {
        self.listener = listener
        self.group = group
        self.upstreamPort = upstreamPort
        port = listener.localAddress?.port ?? 0
    }

    /// How many connections were made to it.
    package var connectionCount: Int { connections.load(ordering: .relaxed) }

    /// How many it has cut.
    package var cutCount: Int { cuts.load(ordering: .relaxed) }

    /// Changes how it behaves from now on.
    package func set(_ change: (inout Faults) -> Void) { faults.withLock { change(&$0) } }

    package func behave() { faults.withLock { $0 = Faults() } }

    /// Cuts all connections there are.
    package func cutAll() { for channel in open.withLock({ Array($0.values) }) { channel.close(promise: nil) } }

    package func shutDown() async throws {
        try await listener.close()
        cutAll()
        try await group.shutdownGracefully()
    }

    private func accept(_ client: any Channel) -> EventLoopFuture<Void> {
        connections.add(1, ordering: .relaxed)
        guard !faults.withLock({ $0.isDown }) else { return client.close() }
        return ClientBootstrap(group: client.eventLoop)
            .channelOption(.autoRead, value: false)
            .connect(host: "127.0.0.1", port: upstreamPort)
            .flatMap { server in
                self.track(client)
                self.track(server)
                let upwards = Pump(self, to: server, isUpwards: true)
                let downwards = Pump(self, to: client, isUpwards: false)
                return client.pipeline.addHandler(upwards).and(server.pipeline.addHandler(downwards)).map { _ in }
            }
            .flatMapError { _ in client.close() }
    }

    private func track(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        open.withLock { $0[id] = channel }
        channel.closeFuture.whenComplete { _ in self.open.withLock { $0[id] = nil } }
    }

    /// How many of `count` bytes more still go through, and whether the connection then ends.
    fileprivate func allowance(_ passed: Int, _ count: Int, isUpwards: Bool) -> (count: Int, isCut: Bool) {
        let limit = faults.withLock { faults in
            guard cuts.load(ordering: .relaxed) < faults.maxCuts else { return nil as Int? }
            return isUpwards ? faults.cutsAfterSent : faults.cutsAfterReceived
        }
        guard let limit, passed + count >= limit else { return (count, false) }
        cuts.add(1, ordering: .relaxed)
        return (max(0, limit - passed), true)
    }
}

/// Passes bytes on, one piece at a time.
private final class Pump: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let proxy: FaultProxy
    private let target: any Channel
    private let isUpwards: Bool
    private let passed = Atomic<Int>(0)

    init(_ proxy: FaultProxy, to target: any Channel, isUpwards: Bool) {
        self.proxy = proxy
        self.target = target
        self.isUpwards = isUpwards
    }

    func handlerAdded(context: ChannelHandlerContext) { if context.channel.isActive { context.read() } }

    func channelActive(context: ChannelHandlerContext) { context.read() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        let faults = proxy.faults.withLock { $0 }
        let source = context.channel
        // Whoever waits for the answer keeps waiting: it is never read again.
        guard !faults.isStalled else { return }
        guard faults.delayMilliseconds > 0 else { return pass(bytes, from: source) }
        context.eventLoop.scheduleTask(in: .milliseconds(faults.delayMilliseconds)) { self.pass(bytes, from: source) }
    }

    private func pass(_ bytes: ByteBuffer, from source: any Channel) {
        let before = passed.load(ordering: .relaxed)
        let (count, isCut) = proxy.allowance(before, bytes.readableBytes, isUpwards: isUpwards)
        passed.store(before + count, ordering: .relaxed)
        let piece = bytes.getSlice(at: bytes.readerIndex, length: count) ?? ByteBuffer()
        let (target, written) = (target, target.writeAndFlush(piece))
        written.whenComplete { result in
            guard !isCut, case .success = result else {
                source.close(promise: nil)
                target.close(promise: nil)
                return
            }
            source.read()
        }
    }

    func channelInactive(context: ChannelHandlerContext) { target.close(promise: nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
        target.close(promise: nil)
    }
}
