import Logging
import Synchronization
import Wire

/// A job while this worker holds it: renewed in the background, its progress recorded with every renewal.
final class JobLease: Sendable {
    let job: Job
    private let worker: Worker
    private let progress: Mutex<String>

    init(_ job: Job, worker: Worker) {
        self.job = job
        self.worker = worker
        progress = Mutex(job.progress)
    }

    var recorded: String { progress.withLock { $0 } }

    /// Runs `body` while the lease is renewed; a lost lease ends it.
    func hold<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await self.renewForEver()
                return nil
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() ?? nil else { throw CancellationError() }
            return result
        }
    }

    /// Records how far the work has come; whoever goes on begins there.
    func record(_ text: String) async throws {
        progress.withLock { $0 = text }
        try await renew()
    }

    func finish(error: String?, result: String? = nil, againAfterSeconds: Int64?) async throws {
        _ = try await worker.call(
            FinishJob.self,
            .init(
                jobID: job.id, fencing: job.fencing, error: error, progress: recorded, result: result,
                againAfterSeconds: againAfterSeconds))
    }

    private func renew() async throws {
        _ = try await worker.call(
            HeartbeatJob.self, .init(jobID: job.id, fencing: job.fencing, progress: recorded))
    }

    /// Renews three times within a lease, so that one renewal may fail; only `conflict` and `notFound` say it is lost.
    private func renewForEver() async throws {
        while true {
            try await Task.sleep(for: .milliseconds(max(100, job.leaseMilliseconds / 3)))
            do {
                try await renew()
            } catch let error as RPCError where error.code != .conflict && error.code != .notFound {
                worker.logger.warning(
                    "a lease could not be renewed", metadata: ["job": "\(job.id)", "error": "\(error)"])
            }
        }
    }
}
