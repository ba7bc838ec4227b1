import Cryptography
import Database
package import Domain
import Logging
package import VersionTree
import Wire

/// Folding: sealed rows go into the branch's working tree, so that reads stay fast however much is staged.
extension Catalog {
    /// Folds in the background what has been staged enough of.
    func countStaged(_ rows: Int, _ repository: RepositoryName, _ branch: BranchName) {
        let key = FoldCounter.Branch(repository: repository, name: branch)
        guard folds.add(rows, to: key) else { return }
        Task {
            var applied: Applied?
            repeat {
                do {
                    applied = try await fold(repository, branch)
                } catch {
                    // Nothing is lost: the rows stay, and the next count or the upkeep tries again.
                    logger.info("a branch was not folded", metadata: ["error": "\(error)"])
                }
            } while folds.end(key, applied)
        }
    }

    /// Moves the branch's rows into its working tree, unless a rival is at work on the branch.
    /// - Returns: what came of it; nil where nothing was moved.
    @discardableResult
    package func fold(_ repository: RepositoryName, _ branch: BranchName) async throws -> Applied? {
        let deadline = ContinuousClock.now + limits.longestRequest
        guard let state = try await branchState(repository, branch, OperationID(), .max, deadline), !state.isHeld,
            state.openHasRows || state.lowerHasRows
        else { return nil }
        return try await pins.hold(state.pin) {
            guard let sealed = try await seal(state, deadline) else { return nil }
            let tree = tree(sealed.repository.id, sealed.repository.salt, deadline)
            let folded = try await foldedTree(sealed, tree, deadline: deadline)
            let move = BranchMove(
                sealed, tree: folded.applied.root, isExact: folded.isExact, retiring: sealed.lowerTokens)
            return try await self.move(move, deadline) ? folded.applied : nil
        }
    }

    /// The visible tree with the rows of the lower tokens, as they were written.
    /// - Parameter keep: which keys to take; the rows of others are passed over.
    func foldedTree(
        _ state: BranchState, _ tree: Tree, keeping keep: (([UInt8]) -> Bool)? = nil,
        deadline: ContinuousClock.Instant
    ) async throws -> (applied: Applied, isExact: Bool) {
        let rows = try StagedCursor(database, lowerTokensOf: state, deadline: deadline)
        try await rows.seek(to: [])
        var isExact = state.workingIsExact || state.workingRoot == nil
        let applied = try await tree.apply(to: state.visibleTree, equalIdentity: .takesNew) {
            guard var batch = try await rows.nextBatch() else { return nil }
            if let keep { batch.removeAll { !keep($0.key) } }
            if isExact { isExact = try await Self.isExact(batch, over: state.headTree, tree) }
            return batch
        }
        return (applied, isExact)
    }

    /// Whether none of the changes puts the content that is there with other bytes.
    private static func isExact(_ batch: [TreeChange], over root: NodeHash, _ tree: Tree) async throws -> Bool {
        guard root != Tree.emptyRoot else { return true }
        for (change, old) in zip(batch, try await tree.get(root, batch.map(\.key))) {
            guard let old, let value = change.value else { continue }
            if value != old.bytes, try EntryView(value).hasSameIdentity(as: old) { return false }
        }
        return true
    }
}
