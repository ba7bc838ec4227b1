import Synchronization

/// One load of one node, awaited by any number of tasks beside the one that does it.
final class NodeFlight: Sendable {
    private struct State {
        var hasLanded = false
        var node: Node?
        var nextWaiter = 0
        var waiters: [Int: CheckedContinuation<Node?, any Error>] = [:]
        var cancelled: Set<Int> = []
    }

    let hash: NodeHash
    private let state = Mutex(State())

    init(_ hash: NodeHash) { self.hash = hash }

    /// Waits for the load; `nil` if it failed, in which case the caller tries for itself.
    func wait() async throws -> Node? {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome: Result<Node?, any Error>? = state.withLock { state in
                    if state.hasLanded { return .success(state.node) }
                    if state.cancelled.contains(waiter) { return .failure(CancellationError()) }
                    state.waiters[waiter] = continuation
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                state.cancelled.insert(waiter)
                return state.waiters.removeValue(forKey: waiter)
            }
            continuation?.resume(throwing: CancellationError())
        }
    }

    func land(_ node: Node?) {
        let waiters = state.withLock { state in
            state.hasLanded = true
            state.node = node
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume(returning: node) }
    }
}
