import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Resolves a peer's name again and again and tells when its addresses have changed.
final class RPCPeerResolution: Sendable {
    private struct State {
        var task: RepeatedTask?
        var known: [SocketAddress] = []
        var isFailing = false
    }

    private let configuration: RPCClientConfiguration
    private let eventLoop: any EventLoop
    private let logger: Logger
    private let publish: @Sendable ([SocketAddress]) -> Void
    private let state = Mutex(State())

    init(
        _ configuration: RPCClientConfiguration, on eventLoop: any EventLoop, _ logger: Logger,
        publish: @escaping @Sendable ([SocketAddress]) -> Void
    ) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.logger = logger
        self.publish = publish
    }

    func start() {
        let task = eventLoop.scheduleRepeatedAsyncTask(
            initialDelay: .zero, delay: configuration.resolveInterval
        ) { [self] _ in
            NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) { [configuration] in
                configuration.resolve(configuration.address)
            }.map { [self] in note($0) }
        }
        state.withLock { $0.task = task }
    }

    func stop() async {
        guard let task = state.withLock({ $0.task }) else { return }
        let promise = eventLoop.makePromise(of: Void.self)
        task.cancel(promise: promise)
        try? await promise.futureResult.get()
    }

    /// A name that cannot be resolved for a while leaves the addresses as they were.
    private func note(_ resolved: [SocketAddress]?) {
        let (hasChanged, hasBegunToFail) = state.withLock { state in
            defer { state.isFailing = resolved == nil }
            guard let resolved else { return (false, !state.isFailing) }
            defer { state.known = resolved }
            return (Set(resolved) != Set(state.known), false)
        }
        if hasBegunToFail {
            logger.warning("a peer's name cannot be resolved", metadata: ["peer": "\(configuration.address)"])
        }
        guard hasChanged, let resolved else { return }
        logger.debug("a peer's addresses", metadata: ["peer": "\(configuration.peer)", "addresses": "\(resolved)"])
        publish(resolved)
    }
}
