import Database
import Synchronization
import Wire

/// The lines in which this process's operations wait for branches: one of them at a time stands in the line of all
/// processes, so that only one asks the database whose turn it is.
final class BranchLines: Sendable {
    private struct Branch: Hashable {
        let repository: Int64
        let id: Int64
    }

    private struct Waiter {
        let id: Int
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        /// Those behind the one that stands in line; no entry where nobody does.
        var waiting: [Branch: [Waiter]] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    func enter(
        _ repository: Int64, _ branch: Int64, _ database: Database, _ lease: Duration,
        _ deadline: ContinuousClock.Instant
    ) async throws -> BranchTurn {
        let branch = Branch(repository: repository, id: branch)
        try await join(branch, deadline)
        do {
            return try await BranchTurn(
                database, repository: repository, branch: branch.id, lease: lease, deadline: deadline,
                leave: { self.leave(branch) })
        } catch {
            leave(branch)
            throw error
        }
    }

    private func join(_ branch: Branch, _ deadline: ContinuousClock.Instant) async throws {
        let id = state.withLock { state -> Int? in
            guard state.waiting[branch] != nil else {
                state.waiting[branch] = []
                return nil
            }
            state.next += 1
            return state.next
        }
        guard let id else { return }
        let timer = Task {
            try await Task.sleep(until: deadline)
            self.giveUp(branch, id, RPCError(.deadlineExceeded, "the deadline passed in line for the branch"))
        }
        defer { timer.cancel() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let isFirst = state.withLock { state -> Bool in
                    // The one ahead may have left since.
                    guard state.waiting[branch] != nil else {
                        state.waiting[branch] = []
                        return true
                    }
                    state.waiting[branch]?.append(Waiter(id: id, continuation: continuation))
                    return false
                }
                if isFirst { continuation.resume() }
                if Task.isCancelled { giveUp(branch, id, CancellationError()) }
            }
        } onCancel: {
            giveUp(branch, id, CancellationError())
        }
    }

    private func giveUp(_ branch: Branch, _ id: Int, _ error: any Error) {
        let waiter = state.withLock { state -> Waiter? in
            guard let place = state.waiting[branch]?.firstIndex(where: { $0.id == id }) else { return nil }
            return state.waiting[branch]?.remove(at: place)
        }
        waiter?.continuation.resume(throwing: error)
    }

    private func leave(_ branch: Branch) {
        let next = state.withLock { state -> Waiter? in
            guard var waiting = state.waiting[branch], !waiting.isEmpty else {
                state.waiting[branch] = nil
                return nil
            }
            let first = waiting.removeFirst()
            state.waiting[branch] = waiting
            return first
        }
        next?.continuation.resume()
    }
}
