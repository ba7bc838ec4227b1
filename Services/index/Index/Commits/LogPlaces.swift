import Cryptography
import Synchronization

/// Where pages of logs ended, so that the next one need not walk again from the start.
///
/// Commits never change, so a walk is the same whoever does it and whenever: a place that is not held costs time only. Bounded by the commits
/// that the walks hold, the places used least lately going first.
final class LogPlaces: Sendable {
    /// A walk, and the commit behind which it stands.
    struct Key: Hashable {
        let repository: Int64
        let start: SHA256Digest
        /// Seconds since 1970.
        let since: Int64?
        let stopAt: SHA256Digest?
        let after: SHA256Digest
    }

    private struct Place {
        let log: CommitLog
        var used: UInt64
    }

    private struct State {
        var places: [Key: Place] = [:]
        var commits = 0
        var clock: UInt64 = 0
    }

    private let maxCommits: Int
    private let state = Mutex(State())

    init(maxCommits: Int = 16_384) { self.maxCommits = maxCommits }

    func log(_ key: Key) -> CommitLog? {
        state.withLock { state in
            state.clock += 1
            state.places[key]?.used = state.clock
            return state.places[key]?.log
        }
    }

    func keep(_ log: CommitLog, at key: Key) {
        guard log.width <= maxCommits / 16 else { return }
        state.withLock { state in
            state.clock += 1
            let old = state.places.updateValue(Place(log: log, used: state.clock), forKey: key)
            state.commits += log.width - (old?.log.width ?? 0)
            while state.commits > maxCommits, let oldest = state.places.min(by: { $0.value.used < $1.value.used }) {
                state.places[oldest.key] = nil
                state.commits -= oldest.value.log.width
            }
        }
    }

    /// Of the places held.
    var count: Int { state.withLock { $0.places.count } }
}
