import Cryptography
import VersionTree

/// Finds the last commit that touched each of some ranges of keys: the one that made them what they are.
///
/// A range goes back from a commit to the first parent that shows the same in it. Where all parents show something else,
/// the commit made it: a merge only if it took something from each side.
struct LastCommitSearch {
    struct Found {
        let commit: CommitRecord
        /// False where the search ended before: then the range is as in that commit, which may not have touched it.
        let isExact: Bool
    }

    let store: CommitStore
    let tree: Tree
    /// The most commits to look at.
    let maxCommits: Int

    /// - Parameter ranges: in order of keys, none within another, each holding something in the commit's tree.
    /// - Returns: one for each range.
    func find(_ ranges: [KeyRange], from start: SHA256Digest) async throws -> [Found?] {
        var found = [Found?](repeating: nil, count: ranges.count)
        guard !ranges.isEmpty else { return found }
        // The places in `ranges` of those that have come to a commit, in order.
        var pending: [SHA256Digest: [Int]] = [start: Array(ranges.indices)]
        var heap = CommitHeap.byAge
        heap.insert(try await store.commitForWalk(start))
        var looked = 0
        while let commit = heap.removeFirst() {
            guard var rest = pending.removeValue(forKey: commit.id) else { continue }
            if looked == maxCommits {
                for place in rest { found[place] = Found(commit: commit, isExact: false) }
                continue
            }
            looked += 1
            for id in commit.parents where !rest.isEmpty {
                let parent = try await store.commitForWalk(id)
                let touched = try await touched(rest, of: ranges, commit, parent)
                let same = rest.filter { !touched.contains($0) }
                guard !same.isEmpty else { continue }
                rest = rest.filter { touched.contains($0) }
                if let known = pending[id] {
                    pending[id] = (known + same).sorted()
                } else {
                    pending[id] = same
                    heap.insert(parent)
                }
            }
            for place in rest { found[place] = Found(commit: commit, isExact: true) }
        }
        return found
    }

    /// Which of the places differ between a commit and its parent.
    private func touched(
        _ places: [Int], of ranges: [KeyRange], _ commit: CommitRecord, _ parent: CommitRecord
    ) async throws -> Set<Int> {
        guard let first = places.first, let last = places.last, commit.root != parent.root else { return [] }
        try await store.loadRoots(from: commit, tree)
        let changes = TreeChanges(
            tree.diff(parent.root, commit.root, from: ranges[first].first, to: ranges[last].end))
        return Set(try await changes.touched(places.map { ranges[$0] }).map { places[$0] })
    }
}
