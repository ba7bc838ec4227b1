package import Logging
package import NIOCore
import Synchronization
package import Wire

/// What every service is built on: configuration, loops, log, metrics, health, and what to do at the end.
package final class ServiceRuntime: Sendable {
    package typealias Hook = @Sendable () async -> Void

    package let service: ServiceName
    package let environment: Environment
    package let loops: EventLoops
    package let logger: Logger
    package let metrics: Metrics
    package let health: Health
    /// How long requests may take to end at shutdown: `TARN_DRAIN`, 20 s unless set.
    package let drain: TimeAmount
    private let httpMetrics: HTTPMetrics
    private let accessScope: AccessLog.Scope
    private let hooks = Mutex<[(name: String, run: Hook)]>([])

    /// Reads `TARN_LOOPS`, `TARN_DRAIN` and `TARN_ACCESS_LOG` (`off`, `errors`, `all`; `errors` unless set).
    package init(
        _ service: ServiceName, _ environment: Environment, logger: Logger
    ) throws(ConfigurationError) {
        self.service = service
        self.environment = environment
        self.logger = logger
        drain = try environment.duration("TARN_DRAIN", default: .seconds(20))
        accessScope = try environment.choice("TARN_ACCESS_LOG", default: AccessLog.Scope.errors)
        let count = try environment.integer("TARN_LOOPS", default: EventLoops.defaultCount, in: 1...256)
        loops = EventLoops(count: count)
        metrics = Metrics()
        health = Health()
        httpMetrics = HTTPMetrics(metrics)
    }

    /// Runs `hook` at the end, the last one added first.
    package func onShutdown(_ name: String, _ hook: @escaping Hook) {
        hooks.withLock { $0.append((name, hook)) }
    }

    // MARK: Listeners

    /// The configuration of the public listener: `TARN_LISTEN`, `TARN_PROXY_FROM` for trusted load balancers, and
    /// `TARN_TLS_CERTIFICATE_FILE` with `TARN_TLS_KEY_FILE` for TLS.
    package func publicListener(default address: String? = nil) throws(ConfigurationError) -> HTTPServerConfiguration {
        var configuration = HTTPServerConfiguration(
            name: "public", address: try environment.address("TARN_LISTEN", default: address))
        configuration.proxiesFrom = try environment.addressRanges("TARN_PROXY_FROM")
        configuration.tls = try TLSIdentity(from: environment, logger: logger)
        configuration.limits.maxConnections = try environment.integer(
            "TARN_MAX_CONNECTIONS", default: configuration.limits.maxConnections, in: 1...1_000_000)
        configuration.limits.maxConcurrentRequests = try environment.integer(
            "TARN_MAX_REQUESTS", default: configuration.limits.maxConcurrentRequests, in: 1...1_000_000)
        configuration.timeouts.idle = try environment.duration(
            "TARN_IDLE_TIMEOUT", default: configuration.timeouts.idle)
        return configuration
    }

    /// Binds a listener that counts and logs its requests and is drained at shutdown.
    @discardableResult
    package func serve(
        _ configuration: HTTPServerConfiguration, _ handler: any HTTPHandler
    ) async throws -> HTTPServer {
        var configuration = configuration
        var observers: [any HTTPObserver] = [httpMetrics]
        if accessScope != .off { observers.append(AccessLog(logger, scope: accessScope)) }
        if let own = configuration.observer { observers.append(own) }
        configuration.observer = HTTPObservers(observers)
        let server = try await HTTPServer.start(configuration, on: loops, logger: logger, handler: handler)
        let name = configuration.name
        metrics.gauge("tarn_http_connections", ["listener": name], help: "Open connections.") {
            Double(server.connectionCount)
        }
        metrics.gauge("tarn_http_requests", ["listener": name], help: "Requests under way.") {
            Double(server.requestCount)
        }
        logger.info("listening", metadata: ["listener": "\(name)", "address": "\(server.address)"])
        onShutdown("listener \(name)") { [drain] in await server.shutdown(drain: drain) }
        return server
    }

    /// Binds the internal listener, `TARN_RPC_LISTEN`: calls, health and metrics. Where calls are by TLS (`TARN_RPC_TLS_…`), all of
    /// it is, and `TARN_HEALTH_LISTEN` is a further listener for health and metrics alone, without TLS.
    ///
    /// - Parameter routes: nil for a service that nobody calls.
    @discardableResult
    package func serveInternal(_ routes: RPCRoutes?) async throws -> HTTPServer {
        var rpc: RPCServer?
        if let routes {
            let callers = try RPCConfiguration.callers(from: environment)
            rpc = RPCServer(
                routes, callers: callers, logger: logger, metrics: metrics, logsEveryCall: accessScope == .all)
        }
        var configuration = HTTPServerConfiguration(
            name: "internal", address: try environment.address("TARN_RPC_LISTEN"))
        // Clients close what they do not use; a close from here could cross with a call.
        configuration.timeouts.idle = .hours(1)
        let healthHandler = InternalHandler(rpc: nil, health: health, metrics: metrics)
        if environment.string("TARN_HEALTH_LISTEN") != nil {
            try await serve(
                HTTPServerConfiguration(name: "health", address: try environment.address("TARN_HEALTH_LISTEN")),
                healthHandler)
        }
        guard let rpc else { return try await serve(configuration, healthHandler) }
        configuration.tls = try TLSIdentity(rpcFrom: environment, logger: logger)
        return try await serve(configuration, InternalHandler(rpc: rpc, health: health, metrics: metrics))
    }

    /// Runs the hooks and ends the loops.
    func shutdown() async {
        health.stopping()
        let hooks = hooks.withLock { hooks in
            defer { hooks = [] }
            return hooks
        }
        for hook in hooks.reversed() {
            logger.debug("stopping", metadata: ["part": "\(hook.name)"])
            await hook.run()
        }
        try? await loops.shutdown()
    }
}
