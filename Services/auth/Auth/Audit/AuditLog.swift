import JSONCodec
package import Logging
import Synchronization
import Wire

/// Takes records of the other services, gives pages of them, and keeps the log within its age.
package final class AuditLog: Sendable {
    static let microsecondsPerDay: Int64 = 86_400_000_000
    /// How often the days to come are prepared and old ones dropped.
    static let tendInterval = Duration.seconds(3_600)

    private let store: any AuditStore
    private let keptDays: Int64?
    private let time: TimeSource
    private let logger: Logger
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// - Parameter keptDays: how long records are kept; nil for ever.
    package init(store: any AuditStore, keptDays: Int64?, time: TimeSource = .system, logger: Logger) {
        self.store = store
        self.keptDays = keptDays
        self.time = time
        self.logger = logger
    }

    /// - Throws: `invalidArgument` for more records than one call may bring.
    func append(_ request: AppendAudit.Request, _ context: CallContext) async throws -> Nothing {
        guard request.records.count <= AppendAudit.maxRecords else {
            throw RPCError(.invalidArgument, "more than \(AppendAudit.maxRecords) records")
        }
        if !request.records.isEmpty { try await store.append(request.records, deadline: context.deadline) }
        return Nothing()
    }

    func list(_ request: ListAudit.Request, _ context: CallContext) async throws -> Listed<AuditEntry> {
        let amount = min(max(request.amount, 1), 1_000)
        let rows = try await store.records(
            request.filter, before: request.before, limit: amount + 1, deadline: context.deadline)
        return Listed(results: Array(rows.prefix(amount)), hasMore: rows.count > amount)
    }

    /// Prepares the coming days at once, and again every hour.
    package func start(deadline: ContinuousClock.Instant) async throws {
        try await tend(deadline: deadline)
        let tending = Task { [weak self] in
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.tendInterval * Double.random(in: 0.75...1.25))
                guard !Task.isCancelled, let self else { return }
                do {
                    try await self.tend(deadline: .now + .seconds(60))
                } catch {
                    self.logger.warning("the audit log was not tended", metadata: ["error": "\(error)"])
                }
            }
        }
        task.withLock { $0 = tending }
    }

    package func stop() async {
        let tending = task.withLock { $0 }
        tending?.cancel()
        await tending?.value
    }

    private func tend(deadline: ContinuousClock.Instant) async throws {
        try await store.tend(today: time.unixSeconds() / 86_400, keptDays: keptDays, deadline: deadline)
    }
}
