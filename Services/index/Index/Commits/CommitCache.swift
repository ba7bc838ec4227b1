import Cryptography
import Synchronization

/// Commits read before, which never change. Bounded by their number: it starts over when full.
final class CommitCache: Sendable {
    private struct Key: Hashable {
        let repository: Int64
        let id: SHA256Digest
    }

    /// The greatest total cost; a plain commit costs 1, a long one a unit for each KiB.
    private let maxCost: Int
    private let state = Mutex((commits: [Key: CommitRecord](), cost: 0))

    init(maxCost: Int = 8_192) { self.maxCost = maxCost }

    func commit(_ repository: Int64, _ id: SHA256Digest) -> CommitRecord? {
        state.withLock { $0.commits[Key(repository: repository, id: id)] }
    }

    func insert(_ repository: Int64, _ commit: CommitRecord) {
        let content = commit.content
        let bytes = content.metadata.reduce(content.message.utf8.count) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        let cost = 1 + (bytes + 32 * content.parents.count) / 1_024
        guard cost <= maxCost / 16 else { return }
        state.withLock { state in
            if state.cost + cost > maxCost { state = ([:], 0) }
            if state.commits.updateValue(commit, forKey: Key(repository: repository, id: commit.id)) == nil {
                state.cost += cost
            }
        }
    }
}
