import Logging
import NIOCore
import Synchronization

/// What all connections of a listener share.
final class HTTPListener: Sendable {
    let configuration: HTTPServerConfiguration
    let handler: any HTTPHandler
    let logger: Logger
    private let connections = Atomic<Int>(0)
    private let requests = Atomic<Int>(0)
    private let draining = Atomic<Bool>(false)

    init(_ configuration: HTTPServerConfiguration, _ handler: any HTTPHandler, _ logger: Logger) {
        self.configuration = configuration
        self.handler = handler
        self.logger = logger
    }

    var connectionCount: Int { connections.load(ordering: .relaxed) }

    var requestCount: Int { requests.load(ordering: .relaxed) }

    /// Whether the listener is shutting down: every response from now on ends its connection.
    var isDraining: Bool {
        get { draining.load(ordering: .relaxed) }
        set { draining.store(newValue, ordering: .relaxed) }
    }

    /// Counts a connection; false where it is one too many. It is counted either way.
    func openConnection() -> Bool {
        connections.wrappingAdd(1, ordering: .relaxed).newValue <= configuration.limits.maxConnections
    }

    func closeConnection() { connections.wrappingSubtract(1, ordering: .relaxed) }

    /// Counts a request; false, and not counted, where it is one too many.
    func beginRequest() -> Bool {
        guard requests.wrappingAdd(1, ordering: .relaxed).newValue <= configuration.limits.maxConcurrentRequests else {
            requests.wrappingSubtract(1, ordering: .relaxed)
            return false
        }
        return true
    }

    func endRequest() { requests.wrappingSubtract(1, ordering: .relaxed) }
}
