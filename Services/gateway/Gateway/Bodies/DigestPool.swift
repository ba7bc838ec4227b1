import NIOCore
package import NIOPosix
import Synchronization

/// The threads that hash large content beside the event loops.
package struct DigestPool: Sendable {
    let threads: NIOThreadPool

    /// - Parameter threads: started by the caller, and shut down by it after the last request.
    package init(_ threads: NIOThreadPool) { self.threads = threads }
}

/// Hashes one request's content on another thread, in order, while its bytes go on their way.
final class DigestLane: Sendable {
    private struct State {
        var digests: ContentDigests
        var queue: [ByteBuffer] = []
        var queuedBytes = 0
        var isRunning = false
        /// The one who adds, or waits for the end.
        var waiter: CheckedContinuation<Void, Never>?
        /// How little may be queued for the waiter to go on.
        var wakeAtBytes = 0
    }

    private let pool: DigestPool
    /// Content that may wait before `add` does, in bytes.
    private let maxQueuedBytes: Int
    private let state: Mutex<State>

    init(_ digests: ContentDigests, on pool: DigestPool, maxQueuedBytes: Int) {
        self.pool = pool
        self.maxQueuedBytes = maxQueuedBytes
        state = Mutex(State(digests: digests))
    }

    /// Queues content, and waits while too much of it is queued.
    func add(_ buffer: ByteBuffer) async {
        let starts = state.withLock { state in
            state.queue.append(buffer)
            state.queuedBytes += buffer.readableBytes
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if starts { pool.threads.submit { _ in self.run() } }
        await wait(untilAtMost: maxQueuedBytes)
    }

    /// The digests of all content added.
    func finish() async -> ContentDigests {
        await wait(untilAtMost: 0)
        return state.withLock { $0.digests }
    }

    private func wait(untilAtMost bytes: Int) async {
        let isThere = state.withLock { $0.queuedBytes <= bytes }
        if isThere { return }
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.queuedBytes <= bytes { return true }
                state.waiter = continuation
                state.wakeAtBytes = bytes
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    private func run() {
        while true {
            let taken = state.withLock { state -> (buffer: ByteBuffer, digests: ContentDigests)? in
                guard !state.queue.isEmpty else {
                    state.isRunning = false
                    return nil
                }
                return (state.queue.removeFirst(), state.digests)
            }
            guard let taken else { return }
            var digests = taken.digests
            digests.update(taken.buffer)
            let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
                state.digests = digests
                state.queuedBytes -= taken.buffer.readableBytes
                guard state.queuedBytes <= state.wakeAtBytes else { return nil }
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume()
        }
    }
}
