import VersionTree

extension CommitStore {
    /// Loads the root nodes of a commit and of those behind it that are at hand, in one round trip: whoever compares a
    /// commit's tree with its parent's goes on to the next.
    func loadRoots(from commit: CommitRecord, _ tree: Tree) async throws {
        guard tree.nodes.cached(commit.root) == nil || nextRoot(commit).map({ tree.nodes.cached($0) == nil }) ?? false
        else { return }
        var roots: Set<NodeHash> = []
        var next: CommitRecord? = commit
        while let commit = next, roots.count < Self.rootsAhead {
            if tree.nodes.cached(commit.root) == nil { roots.insert(commit.root) }
            next = commit.parents.first.flatMap { cache.commit(repository, $0) }
        }
        do {
            _ = try await tree.nodes.nodes(Array(roots))
        } catch TreeError.missingNode {
            // One that is only wanted later, if at all, must not be missed now.
        }
    }

    private func nextRoot(_ commit: CommitRecord) -> NodeHash? {
        commit.parents.first.flatMap { cache.commit(repository, $0)?.root }
    }

    /// The most roots loaded ahead at once.
    private static let rootsAhead = 32
}
