import Cryptography
import Synchronization

/// Commits read before, which never change. Bounded by their number: it starts over when full.
final class CommitCache: Sendable {
    /// The greatest total cost; a plain commit costs 1, a long one a unit for each KiB.
    private let maxCost: Int
    private let state = Mutex((commits: [SHA256Digest: Cached](), cost: 0))

    /// Of repositories with the same commit, the last one it was read from.
    private struct Cached {
        let repository: Int64
        let commit: CommitRecord
        let cost: Int
    }

    init(maxCost: Int = 8_192) { self.maxCost = maxCost }

    func commit(_ repository: Int64, _ id: SHA256Digest) -> CommitRecord? {
        state.withLock { state in
            guard let cached = state.commits[id], cached.repository == repository else { return nil }
            return cached.commit
        }
    }

    /// Of the commits held.
    var count: Int { state.withLock { $0.commits.count } }

    func insert(_ repository: Int64, _ commit: CommitRecord) {
        let content = commit.content
        let bytes = content.metadata.reduce(content.message.utf8.count) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        let cost = 1 + (bytes + 32 * content.parents.count) / 1_024
        guard cost <= maxCost / 16 else { return }
        state.withLock { state in
            if state.cost + cost > maxCost { state = ([:], 0) }
            let cached = Cached(repository: repository, commit: commit, cost: cost)
            let old = state.commits.updateValue(cached, forKey: commit.id)
            state.cost += cost - (old?.cost ?? 0)
        }
    }
}
