import Domain
import Synchronization
import VersionTree

/// Counts what this process stages on each branch, so that it knows when to fold.
///
/// A fold writes every node that one of its rows falls into. Keys that lie together share nodes; keys strewn over a great tree
/// have one each, and folding every few of them would write the tree over and over. So a branch whose fold wrote many nodes a
/// row gathers four times the rows for the next, up to a bound.
final class FoldCounter: Sendable {
    struct Branch: Hashable {
        let repository: RepositoryName
        let name: BranchName
    }

    private struct Progress {
        var rows = 0
        var isFolding = false
        /// How many rows are folded at a time.
        var portion: Int

        mutating func begin() {
            rows = 0
            isFolding = true
        }
    }

    /// How many times the least portion the greatest is.
    static let greatestPortion = 32
    /// A fold with fewer rows than this to a node is too small, one with four times as many may be smaller.
    static let rowsPerNode = 8
    /// Branches counted; when there are more it starts over, and the upkeep folds what is forgotten.
    private static let maxBranches = 10_000

    private let least: Int
    private let state = Mutex<[Branch: Progress]>([:])

    /// - Parameter least: the rows of a portion as long as nothing is known of the branch.
    init(least: Int) { self.least = least }

    /// Adds rows.
    /// - Returns: whether the caller is to fold the branch now.
    func add(_ rows: Int, to branch: Branch) -> Bool {
        state.withLock { state in
            if state.count >= Self.maxBranches, state[branch] == nil { state = state.filter { $0.value.isFolding } }
            var progress = state[branch] ?? Progress(portion: least)
            progress.rows += rows
            let isDue = progress.rows >= progress.portion && !progress.isFolding
            if isDue { progress.begin() }
            state[branch] = progress
            return isDue
        }
    }

    /// Ends what `add` began.
    /// - Parameter applied: what came of the fold; nil where there was none.
    /// - Returns: whether enough was staged meanwhile to fold once more.
    func end(_ branch: Branch, _ applied: Applied?) -> Bool {
        state.withLock { state in
            guard var progress = state[branch] else { return false }
            if let applied { progress.portion = next(progress.portion, after: applied) }
            progress.isFolding = false
            let isDue = progress.rows >= progress.portion
            if isDue { progress.begin() }
            state[branch] = progress
            return isDue
        }
    }

    private func next(_ portion: Int, after applied: Applied) -> Int {
        if applied.rows < applied.nodesWritten * Self.rowsPerNode {
            return min(portion * 4, least * Self.greatestPortion)
        }
        return applied.rows > applied.nodesWritten * Self.rowsPerNode * 4 ? max(portion / 2, least) : portion
    }
}

extension Applied {
    fileprivate var rows: Int { added + changed + removed + unchanged }
}
