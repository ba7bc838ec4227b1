import Cryptography
import Wire

/// Finds the commits that one history has and another has not.
///
/// Commits are taken by falling generation, so it is certain of a commit whether the other history has it when its turn
/// comes: all that could tell are its descendants.
struct UniqueCommits {
    let store: CommitStore
    /// The most that are looked for.
    let limit: Int

    /// Parents before children.
    /// - Throws: `invalidArgument` where there are more than `limit`.
    func commits(of head: SHA256Digest, notIn other: SHA256Digest) async throws -> [CommitRecord] {
        guard head != other else { return [] }
        // Whether the other history has it.
        var isShared: [SHA256Digest: Bool] = [head: false, other: true]
        var heap = CommitHeap.byGeneration
        heap.insert(try await store.commitForWalk(head))
        heap.insert(try await store.commitForWalk(other))
        // Of those in the heap.
        var unique = 1
        var found: [CommitRecord] = []
        while unique > 0, let commit = heap.removeFirst() {
            let shared = isShared[commit.id] ?? false
            if !shared {
                unique -= 1
                found.append(commit)
                guard found.count <= limit else {
                    throw RPCError.invalid("reference", "there are more than \(limit) commits to make again")
                }
            }
            for id in Set(commit.parents) {
                let known = isShared[id]
                isShared[id] = shared || known ?? false
                if known == nil {
                    heap.insert(try await store.commitForWalk(id))
                    if !shared { unique += 1 }
                } else if shared, known == false {
                    unique -= 1
                }
            }
        }
        return found.reversed()
    }
}
