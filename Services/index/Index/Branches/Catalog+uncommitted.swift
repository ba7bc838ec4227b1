import Database
import VersionTree
import Wire

/// What is staged on a branch, against its head.
extension Catalog {
    /// - Parameter tokens: whose rows to look at.
    func uncommitted(
        _ state: BranchState, tokens: some Sequence<UUIDBytes>, _ tree: Tree, _ deadline: ContinuousClock.Instant
    ) -> StagedChanges {
        let staged = StagedCursor(database, repository: state.repository.id, tokens: tokens, deadline: deadline)
        return StagedChanges(tree, left: state.headTree, right: state.visibleTree, staged: staged, start: [])
    }

    /// The branch, all of whose rows are sealed and change nothing, so that its head may move; nil where it has moved on.
    /// - Throws: `dirtyBranch`
    func clean(_ state: BranchState, _ tree: Tree, _ deadline: ContinuousClock.Instant) async throws -> BranchState? {
        guard !state.isUntouched else { return state }
        if try await uncommitted(state, tokens: state.tokens, tree, deadline).next() != nil {
            throw RPCError.dirtyBranch
        }
        guard let sealed = try await seal(state, deadline) else { return nil }
        // What was written before the seal took effect counts.
        if sealed.version != state.version,
            try await uncommitted(sealed, tokens: sealed.lowerTokens, tree, deadline).next() != nil
        {
            throw RPCError.dirtyBranch
        }
        return sealed
    }

    /// The head's tree with everything that is staged in the working tree and the lower tokens. Where content is as it was,
    /// the entry is the head's, so equal content is the equal tree.
    func committedTree(
        _ state: BranchState, _ tree: Tree, _ deadline: ContinuousClock.Instant
    ) async throws -> NodeHash {
        let rows = try StagedCursor(database, lowerTokensOf: state, deadline: deadline)
        try await rows.seek(to: [])
        guard let working = state.workingRoot else {
            return try await tree.apply(to: state.headTree) { try await rows.nextBatch() }.root
        }
        var base = working
        if !state.workingIsExact {
            let folded = TreeChanges(tree.diff(state.headTree, working))
            base = try await tree.apply(to: state.headTree) { try await folded.nextBatch() }.root
        }
        return try await tree.apply(to: base) {
            guard let batch = try await rows.nextBatch() else { return nil }
            return try await Self.restoring(batch, from: state.headTree, tree)
        }.root
    }

    /// The changes, those to content that the tree has with the tree's own entry.
    private static func restoring(
        _ batch: [TreeChange], from root: NodeHash, _ tree: Tree
    ) async throws -> [TreeChange] {
        try zip(batch, try await tree.get(root, batch.map(\.key))).map { change, old in
            guard let old, let value = change.value, try EntryView(value).hasSameIdentity(as: old) else {
                return change
            }
            return TreeChange(key: change.key, value: old.bytes)
        }
    }
}
