import Domain
import Synchronization

/// Counts what this process stages on each branch, so that it knows when to fold.
final class FoldCounter: Sendable {
    struct Branch: Hashable {
        let repository: RepositoryName
        let name: BranchName
    }

    private struct Progress {
        var rows = 0
        var isFolding = false
    }

    private let state = Mutex<[Branch: Progress]>([:])

    /// Adds rows.
    /// - Returns: whether the caller is to fold the branch now.
    func add(_ rows: Int, to branch: Branch, threshold: Int) -> Bool {
        state.withLock { state in
            state[branch, default: Progress()].rows += rows
            guard let progress = state[branch], progress.rows >= threshold, !progress.isFolding else { return false }
            state[branch] = Progress(rows: 0, isFolding: true)
            return true
        }
    }

    /// Ends what `add` began.
    /// - Returns: whether enough was staged meanwhile to fold once more.
    func end(_ branch: Branch, threshold: Int) -> Bool {
        state.withLock { state in
            guard let progress = state[branch] else { return false }
            if progress.rows >= threshold {
                state[branch] = Progress(rows: 0, isFolding: true)
                return true
            }
            state[branch] = progress.rows == 0 ? nil : Progress(rows: progress.rows, isFolding: false)
            return false
        }
    }
}
