package import Logging
import Synchronization
package import Wire

/// Takes what a service has to tell the audit log, and writes it many records at a time.
///
/// What must not be lost is waited for; the rest is written within a second, and given up only where auth does not answer for so
/// long that `maxWaiting` records have come together.
package final class AuditTrail: Sendable {
    /// What is written down; each level has what those before it have.
    package enum Level: String, Sendable, CaseIterable {
        /// Calls that change what governs the lake.
        case changes
        /// Those that read it as well.
        case control
        /// And writes of objects.
        case writes
        /// And reads of objects.
        case all
    }

    /// How long a record that nobody waits for may lie.
    static let linger = Duration.milliseconds(500)
    static let patience = Duration.seconds(5)
    static let pause = Duration.seconds(1)
    /// Of one call to auth; its message stays well below what a call may hold.
    static let maxRecords = 500
    /// Records kept while auth does not answer.
    static let maxWaiting = 20_000

    private typealias Waiter = CheckedContinuation<Result<Void, RPCError>, Never>

    private struct Entry {
        let record: AuditRecord
        /// Nil where nobody waits.
        let waiter: Waiter?
    }

    private struct State {
        var entries: [Entry] = []
        var isWriting = false
        /// Whether a task sleeps until what lies is to be written.
        var isDue = false
    }

    package let level: Level
    private let auth: any RPCCalling
    private let logger: Logger
    private let lost: Counter
    private let state = Mutex(State())

    /// Reads `TARN_AUDIT`: one of the levels; `control` unless set.
    package convenience init(on runtime: ServiceRuntime, auth: any RPCCalling) throws(ConfigurationError) {
        self.init(
            auth: auth, level: try runtime.environment.choice("TARN_AUDIT", default: Level.control),
            logger: runtime.logger,
            lost: runtime.metrics.counter(
                "tarn_audit_lost_total", help: "Audit records given up since auth did not answer."))
        runtime.onShutdown("audit") { [self] in await finish(deadline: .now + .seconds(5)) }
    }

    package init(auth: any RPCCalling, level: Level, logger: Logger, lost: Counter = Counter()) {
        self.auth = auth
        self.level = level
        self.logger = logger
        self.lost = lost
    }

    /// Whether such calls are written down.
    package func covers(_ plane: AuditPlane, isChange: Bool) -> Bool {
        switch (plane, isChange) {
        case (.control, true): true
        case (.control, false): level != .changes
        case (.data, true): level == .writes || level == .all
        case (.data, false): level == .all
        }
    }

    /// Writes a record, and returns when it is durable.
    ///
    /// - Throws: what keeps auth from writing it.
    package func write(_ record: AuditRecord) async throws(RPCError) {
        let result = await withCheckedContinuation { waiter in add(Entry(record: record, waiter: waiter)) }
        try result.get()
    }

    /// Has a record written soon.
    package func note(_ record: AuditRecord) { add(Entry(record: record, waiter: nil)) }

    /// Writes what lies, as far as that is done in time.
    package func finish(deadline: ContinuousClock.Instant) async {
        while .now < deadline {
            let (isIdle, mustStart) = state.withLock { state in
                let mustStart = !state.isWriting && !state.entries.isEmpty
                if mustStart { state.isWriting = true }
                return (state.entries.isEmpty && !state.isWriting, mustStart)
            }
            if isIdle { return }
            if mustStart { await writeAll() }
            try? await Task.sleep(for: .milliseconds(20))
        }
        let left = state.withLock { $0.entries.count }
        if left > 0 { logger.error("audit records are lost", metadata: ["records": "\(left)"]) }
    }

    private enum Next { case write, wait, nothing }

    private func add(_ entry: Entry) {
        let next: Next = state.withLock { state in
            if entry.waiter == nil, state.entries.count >= Self.maxWaiting {
                lost.add()
                return .nothing
            }
            state.entries.append(entry)
            if state.isWriting { return .nothing }
            if entry.waiter != nil || state.entries.count >= Self.maxRecords {
                state.isWriting = true
                return .write
            }
            if state.isDue { return .nothing }
            state.isDue = true
            return .wait
        }
        switch next {
        case .nothing: return
        case .write: Task { await writeAll() }
        case .wait:
            Task {
                try? await Task.sleep(for: Self.linger)
                let mustStart = state.withLock { state in
                    state.isDue = false
                    guard !state.isWriting, !state.entries.isEmpty else { return false }
                    state.isWriting = true
                    return true
                }
                if mustStart { await writeAll() }
            }
        }
    }

    /// Writes until nothing lies; one at a time, `isWriting` meanwhile.
    private func writeAll() async {
        while true {
            let batch: [Entry] = state.withLock { state in
                let batch = Array(state.entries.prefix(Self.maxRecords))
                state.entries.removeFirst(batch.count)
                if batch.isEmpty { state.isWriting = false }
                return batch
            }
            if batch.isEmpty { return }
            if !(await write(batch)) { try? await Task.sleep(for: Self.pause) }
        }
    }

    /// Whether it went well. Who waits is told; the rest goes back to be tried again.
    private func write(_ batch: [Entry]) async -> Bool {
        let context = CallContext(
            principal: nil, traceParent: TraceContext.make().traceParent, deadline: .now + Self.patience)
        let result: Result<Void, RPCError>
        do throws(RPCError) {
            _ = try await auth.call(AppendAudit.self, .init(records: batch.map(\.record)), context)
            result = .success(())
        } catch {
            result = .failure(error)
            logger.warning("the audit log cannot be written", metadata: ["error": "\(error)"])
        }
        for entry in batch { entry.waiter?.resume(returning: result) }
        guard case .failure = result else { return true }
        let rest = batch.filter { $0.waiter == nil }
        state.withLock { state in
            let room = max(0, Self.maxWaiting - state.entries.count)
            state.entries.insert(contentsOf: rest.suffix(room), at: 0)
            lost.add(max(0, rest.count - room))
        }
        return false
    }
}
