import Cryptography

/// Walks back from a commit: newest first, each commit once, and every child before its parents.
///
/// A commit may be shown once all of its children have been: those are younger, so it is enough that everything younger than it
/// has been looked at.
///
/// What it holds is what lies at the edge of what has been shown, so it stays small in a long history.
struct CommitLog: Sendable {
    /// Whoever goes on with a walk of an earlier call sets its own.
    var store: CommitStore
    private let firstParentOnly: Bool
    /// Seconds since 1970; older commits are neither shown nor followed.
    private let since: Int64?

    /// Whose parents have not been counted yet.
    private var unexplored = CommitHeap.byAge
    /// All of whose known children have been shown.
    private var ready = CommitHeap.byDate
    private var isReady: Set<SHA256Digest> = []
    /// Counted as a parent, or the start, and not shown yet.
    private var seen: Set<SHA256Digest> = []
    /// How many children of a commit have not been shown.
    private var waiting: [SHA256Digest: Int] = [:]

    init(from start: SHA256Digest, store: CommitStore, firstParentOnly: Bool = false, since: Int64? = nil) async throws
    {
        self.store = store
        self.firstParentOnly = firstParentOnly
        self.since = since
        let commit = try await store.commitForWalk(start)
        guard isShown(commit) else { return }
        seen.insert(commit.id)
        unexplored.insert(commit)
        makeReady(commit)
    }

    private mutating func makeReady(_ commit: CommitRecord) {
        if isReady.insert(commit.id).inserted { ready.insert(commit) }
    }

    private func isShown(_ commit: CommitRecord) -> Bool { since.map { commit.created >= $0 } ?? true }

    private func followed(_ commit: CommitRecord) -> ArraySlice<SHA256Digest> {
        firstParentOnly ? commit.parents.prefix(1) : commit.parents[...]
    }

    /// How many commits it holds.
    var width: Int { seen.count + 1 }

    mutating func next() async throws -> CommitRecord? {
        // Whatever is ready may still turn out to be a parent of something unexplored above it.
        while let candidate = ready.first {
            guard let highest = unexplored.first, highest.age >= candidate.age else { break }
            try await explore()
        }
        guard let commit = ready.removeFirst() else { return nil }
        isReady.remove(commit.id)
        // One that was thought ready but has a child that is not shown comes back when that child is.
        if let children = waiting[commit.id], children > 0 { return try await next() }
        // Whatever is not looked at yet is older, so nobody will name it as a parent again.
        seen.remove(commit.id)
        for parent in Set(followed(commit)) {
            guard let children = waiting[parent] else { continue }
            waiting[parent] = children - 1
            if children == 1 {
                waiting[parent] = nil
                makeReady(try await store.commitForWalk(parent))
            }
        }
        return commit
    }

    /// Counts the parents of the highest commit not looked at.
    private mutating func explore() async throws {
        guard let commit = unexplored.removeFirst() else { return }
        for id in Set(followed(commit)) {
            let parent = try await store.commitForWalk(id)
            guard isShown(parent) else { continue }
            waiting[id, default: 0] += 1
            if seen.insert(id).inserted { unexplored.insert(parent) }
        }
    }
}
