import FoundationEssentials
import JSONCodec
package import Logging
package import ObjectStore
package import Wire

/// Takes jobs from index and does them, one after the other.
///
/// Any number of workers may run: a job is leased to one of them, and if that one dies, the lease ends and another goes on from
/// the progress recorded last.
package struct Worker: Sendable {
    let index: any RPCCalling
    let store: any ObjectStore
    let configuration: WorkerConfiguration
    let logger: Logger
    /// Names this worker in leases.
    let owner: String
    /// Milliseconds since 1970.
    let now: @Sendable () -> Int64

    package init(
        index: any RPCCalling, store: any ObjectStore, configuration: WorkerConfiguration, logger: Logger,
        owner: String = "storage-\(OperationID())",
        now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1_000) }
    ) {
        self.index = index
        self.store = store
        self.configuration = configuration
        self.logger = logger
        self.owner = owner
        self.now = now
    }

    /// Kinds of jobs that wait for one another; what users wait for does not wait for clean-up, which may take hours.
    /// Commits and merges, which are over in a minute, wait for neither, and have two lines.
    private static let lanes: [[JobKind]] = [
        [.cleanUnstaged], [.dumpRefs, .restoreRefs], [.commitBranch, .mergeBranch], [.commitBranch, .mergeBranch],
    ]

    /// Works until its task is cancelled.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            for kinds in Self.lanes { group.addTask { await self.run(kinds) } }
        }
    }

    private func run(_ kinds: [JobKind]) async {
        var operation = OperationID()
        while !Task.isCancelled {
            let worked: Bool
            do {
                worked = try await workOnce(operation, kinds)
                operation = OperationID()
            } catch {
                // Asked for again under the same id, a job whose lease was given but not heard of, or whose end could not be
                // told, is this worker's still; else it would be nobody's until the lease ends.
                if !Task.isCancelled {
                    logger.warning("no job could be taken or ended", metadata: ["error": "\(error)"])
                }
                worked = false
            }
            if !worked { try? await Task.sleep(for: .seconds(configuration.pollSeconds)) }
        }
    }

    /// Does one job if one is due.
    ///
    /// - Parameter operation: names the asking, so that asking again finds the job it found before.
    /// - Returns: whether there was one.
    /// - Throws: where index gave no lease, or was not heard to take the end of the job.
    package func workOnce(
        _ operation: OperationID = OperationID(), _ kinds: [JobKind] = JobKind.allCases
    ) async throws -> Bool {
        let request = LeaseJob.Request(kinds: kinds, owner: owner, operationID: operation)
        guard let job = try await call(LeaseJob.self, request).job else { return false }
        let lease = JobLease(job, worker: self)
        var failure: JobFailure?
        var (refusal, result): (String?, String?)
        do {
            switch job.kind {
            case .cleanUnstaged: try await lease.hold { try await CleanUnstaged(lease: lease, worker: self).run() }
            case .dumpRefs: result = try await lease.hold { try await DumpRefs(lease: lease, worker: self).run() }
            case .restoreRefs:
                try await lease.hold { try await RestoreRefs(lease: lease, worker: self).run() }
                // Its end is part of what it does.
                return true
            case .commitBranch, .mergeBranch:
                let outcome = try await lease.hold {
                    try await call(RunBranchTask.self, .init(jobID: job.id, fencing: job.fencing))
                }
                (refusal, result) = (outcome.refusal?.message, String(decoding: try outcome.jsonBytes(), as: UTF8.self))
            }
        } catch {
            // A worker that is told to stop, or has lost the lease, leaves the job to whoever takes it next.
            let cause = JobFailure(error)
            guard !Task.isCancelled, !cause.isLostLease else { return true }
            logger.error("a job failed", metadata: ["job": "\(job.id)", "error": "\(error)"])
            failure = cause
        }
        // Not within what may fail: a job that is done must not be told to have failed because its end was not answered.
        try await lease.finish(
            error: failure?.description ?? refusal, result: result,
            againAfterSeconds: job.kind == .cleanUnstaged
                ? configuration.intervalSeconds : failure?.secondsToNextTry(after: job.fencing))
        return true
    }

    /// Makes a call that goes on where it was when its time was over, so many times.
    func patiently<Answer: Sendable>(_ call: () async throws -> Answer) async throws -> Answer {
        for _ in 1..<Self.maxCalls {
            do {
                return try await call()
            } catch let error as RPCError where error.code == .deadlineExceeded {
                try Task.checkCancellation()
            }
        }
        return try await call()
    }

    /// Of a minute each: most of a day.
    private static let maxCalls = 1_000

    func call<Method: RPCMethod>(
        _ method: Method.Type, _ request: Method.Request
    ) async throws(RPCError) -> Method.Response {
        let context = CallContext(
            principal: nil, traceParent: Self.traceParent(), deadline: .now + .seconds(Self.callSeconds))
        return try await index.call(method, request, context)
    }

    private static let callSeconds = 60

    private static func traceParent() -> String { "00-\(OperationID())-\(OperationID().description.prefix(16))-01" }
}
