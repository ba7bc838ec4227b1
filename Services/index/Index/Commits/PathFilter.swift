import VersionTree
import Wire

/// Which commits a log shows: all, or those with one parent that touch one of some paths.
struct PathFilter {
    private let ranges: [KeyRange]
    private let tree: Tree

    /// The most paths and prefixes of one log.
    static let maxPaths = 1_000

    /// - Throws: `invalidArgument` for too many.
    init(objects: [String], prefixes: [String], tree: Tree) throws {
        guard objects.count + prefixes.count <= Self.maxPaths else {
            throw RPCError.invalid("paths", "at most \(Self.maxPaths) objects and prefixes")
        }
        ranges = objects.map { KeyRange(key: Array($0.utf8)) } + prefixes.map { KeyRange(prefix: Array($0.utf8)) }
        self.tree = tree
    }

    /// Of the two trees, only what leads to the paths is read, and no further than to where they are the same.
    func admits(_ commit: CommitRecord, _ store: CommitStore) async throws -> Bool {
        guard !ranges.isEmpty else { return true }
        guard commit.parents.count == 1, let id = commit.parents.first else { return false }
        let parent = try await store.commitForWalk(id)
        guard parent.root != commit.root else { return false }
        try await store.loadRoots(from: commit, tree)
        for range in ranges {
            if try await tree.diff(parent.root, commit.root, from: range.first, to: range.end).next() != nil {
                return true
            }
        }
        return false
    }
}
