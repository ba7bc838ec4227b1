package import Logging
import NIOHTTP1

/// Logs requests as they end; without queries and headers, which may carry signatures.
package struct AccessLog: HTTPObserver {
    package enum Scope: String, Sendable, CaseIterable {
        case off
        /// Answers of 500 and above, and those that broke off.
        case errors
        case all
    }

    private let logger: Logger
    private let scope: Scope

    package init(_ logger: Logger, scope: Scope) {
        self.logger = logger
        self.scope = scope
    }

    package func ended(_ record: HTTPRequestRecord) {
        let isError = (record.status?.code ?? 0) >= 500 || record.status != nil && !record.isComplete
        guard scope == .all || scope == .errors && isError else { return }
        logger.log(
            level: isError ? .warning : .info, "request",
            metadata: [
                "request": "\(record.trace.traceID)",
                "listener": "\(record.listener)",
                "method": "\(record.method.rawValue)",
                "path": "\(record.path)",
                "operation": "\(record.operation)",
                "status": "\(record.status?.code ?? 499)",
                "complete": "\(record.isComplete)",
                "client": "\(record.clientAddress)",
                "received": "\(record.receivedBodyBytes)",
                "sent": "\(record.sentBodyBytes)",
                "microseconds": "\(record.durationNanoseconds / 1000)",
            ])
    }
}

/// Tells several observers.
package struct HTTPObservers: HTTPObserver {
    private let observers: [any HTTPObserver]

    package init(_ observers: [any HTTPObserver]) { self.observers = observers }

    package func ended(_ record: HTTPRequestRecord) {
        for observer in observers { observer.ended(record) }
    }
}
