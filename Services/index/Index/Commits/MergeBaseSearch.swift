import Cryptography

/// Finds the nearest common ancestor of two commits.
///
/// Commits are taken by falling age, so the first that both sides reach is an ancestor of no other common one.
struct MergeBaseSearch {
    private struct Sides: OptionSet {
        let rawValue: UInt8
        static let left = Sides(rawValue: 1)
        static let right = Sides(rawValue: 2)
        static let both: Sides = [.left, .right]
    }

    let store: CommitStore

    /// Nil where the two have no commit in common. Of several equally near ones, always the same.
    func base(_ left: SHA256Digest, _ right: SHA256Digest) async throws -> CommitRecord? {
        if left == right { return try await store.commit(left) }
        var reached: [SHA256Digest: Sides] = [:]
        var heap = CommitHeap.byAge
        for (id, side) in [(left, Sides.left), (right, .right)] {
            reached[id] = side
            heap.insert(try await store.commitForWalk(id))
        }
        while let commit = heap.removeFirst() {
            let sides = reached[commit.id] ?? []
            if sides == .both { return commit }
            for id in commit.parents {
                let known = reached[id]
                reached[id] = (known ?? []).union(sides)
                if known == nil { heap.insert(try await store.commitForWalk(id)) }
            }
        }
        return nil
    }
}
