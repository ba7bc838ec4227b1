package import Logging
package import NIOCore
import NIOPosix

/// A listener that is bound and serving.
package final class HTTPServer: Sendable {
    private let channel: any Channel
    private let listener: HTTPListener
    private let loops: [HTTPListenerLoop]
    /// Where it listens; the port that the system chose where 0 was asked for.
    package let address: SocketAddress

    private init(
        _ channel: any Channel, _ listener: HTTPListener, _ loops: [HTTPListenerLoop], _ address: SocketAddress
    ) {
        self.channel = channel
        self.listener = listener
        self.loops = loops
        self.address = address
    }

    package var port: Int { address.port ?? 0 }

    package var connectionCount: Int { listener.connectionCount }

    package var requestCount: Int { listener.requestCount }

    /// Binds a listener and begins to serve.
    ///
    /// - Throws: where the address cannot be bound.
    package static func start(
        _ configuration: HTTPServerConfiguration, on eventLoops: EventLoops, logger: Logger,
        handler: any HTTPHandler
    ) async throws -> HTTPServer {
        let listener = HTTPListener(configuration, handler, logger)
        let loops = eventLoops.executors.map { HTTPListenerLoop(listener, $0) }
        let limits = configuration.limits
        let channel = try await ServerBootstrap(group: eventLoops.group)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(low: max(1, limits.writeBufferBytes / 2), high: limits.writeBufferBytes)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try Self.build(channel, loops) }
            }
            .bind(host: configuration.address.host, port: configuration.address.port)
            .get()
        guard let address = channel.localAddress else {
            try await channel.close().get()
            throw ChannelError.unknownLocalAddress
        }
        return HTTPServer(channel, listener, loops, address)
    }

    /// PROXY header, then TLS, then HTTP.
    private static func build(_ channel: any Channel, _ loops: [HTTPListenerLoop]) throws {
        guard let loop = loops.first(where: { $0.executor.eventLoop === channel.eventLoop }) else {
            throw ChannelError.operationUnsupported
        }
        let tls = try loop.listener.configuration.tls.map { identity in
            guard identity.isMutual else { return try TLSHandler(identity.current) }
            let address = channel.remoteAddress?.ipAddress ?? ""
            return try TLSHandler(identity.current) { result in
                if case .failure(let error) = result { identity.refused(error, address) }
            }
        }
        let connection = HTTPConnection(loop, tls: tls)
        let proxies = loop.listener.configuration.proxiesFrom
        if !proxies.isEmpty {
            try channel.pipeline.syncOperations.addHandler(
                ProxyProtocolHandler(from: proxies) { address in
                    connection.proxiedAddress = address
                })
        }
        if let tls { try channel.pipeline.syncOperations.addHandler(tls) }
        try channel.pipeline.syncOperations.addHandler(connection)
    }

    /// Stops accepting, lets requests end for as long as `drain`, then breaks the rest off.
    package func shutdown(drain: TimeAmount) async {
        listener.isDraining = true
        try? await channel.close().get()
        let drained = EventLoopFuture.andAllComplete(
            loops.map { loop in loop.executor.eventLoop.flatSubmit { loop.drain() } }, on: channel.eventLoop)
        let timer = channel.eventLoop.scheduleTask(in: drain) { [loops] in
            for loop in loops { loop.executor.eventLoop.execute { loop.abortAll() } }
        }
        try? await drained.get()
        timer.cancel()
    }
}
