import NIOPosix

/// Threads on which calls may wait for the disk.
final class BlockingPool: Sendable {
    private let threads: NIOThreadPool

    init(threads count: Int) {
        threads = NIOThreadPool(numberOfThreads: count)
        threads.start()
    }

    /// Runs work on one of the threads.
    ///
    /// - Throws: what the work throws; `unavailable` where the pool is shut down.
    func run<Result: Sendable>(
        _ work: @escaping @Sendable () throws(ObjectStoreError) -> Result
    ) async throws(ObjectStoreError) -> Result {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Swift.Result<Result, ObjectStoreError>, Never>) in
            submit { isActive in
                guard isActive else { return continuation.resume(returning: .failure(Self.shutDown)) }
                do throws(ObjectStoreError) { continuation.resume(returning: .success(try work())) } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }

    /// Runs work on one of the threads; with `false` where the pool is shut down.
    func submit(_ work: @escaping @Sendable (_ isActive: Bool) -> Void) {
        threads.submit { state in
            switch state {
            case .active: work(true)
            case .cancelled: work(false)
            }
        }
    }

    func shutDown() async { try? await threads.shutdownGracefully() }

    static var shutDown: ObjectStoreError { ObjectStoreError(.unavailable, "the store is shut down") }
}
