import ServiceKit
import Synchronization

/// Limits how fast a client may try secrets of one access key.
///
/// It is asked before a signature is verified, or a right guess would pass; so whoever shares key and address with a client that
/// fails all the time waits too, and nobody else.
package final class FailureGate: Sendable {
    /// Wrong signatures of one key that a client may send at once.
    package static let burst = 100
    /// Of these, how many are forgiven each second.
    package static let forgivenPerSecond = 5
    /// Keys and clients that are remembered.
    package static let capacity = 16_384

    private struct Name: Hashable {
        let accessKeyID: String
        let client: ClientBlock
    }

    private struct Bucket {
        var failures: Double
        var since: ContinuousClock.Instant
    }

    private struct State {
        var buckets = GenerationalCache<Name, Bucket>(capacity: FailureGate.capacity)
        /// When all that failed so far is forgiven.
        var isQuietFrom: ContinuousClock.Instant?
    }

    /// Whether any failure may not be forgiven yet: without one, nobody is looked up.
    private let isAlert = Atomic<Bool>(false)
    private let state = Mutex(State())

    package init() {}

    /// - Throws: `SlowDown` for a client that failed too often with this key.
    package func check(_ accessKeyID: String, _ address: String?, now: ContinuousClock.Instant) throws(S3Error) {
        guard isAlert.load(ordering: .relaxed) else { return }
        let isRefused = state.withLock { state in
            if let quiet = state.isQuietFrom, now >= quiet {
                state = State()
                isAlert.store(false, ordering: .relaxed)
                return false
            }
            let name = Name(accessKeyID: accessKeyID, client: ClientBlock(address))
            // A whole one must be left: time forgives a little of a failure at every moment.
            return Self.failures(&state, name, now) + 1 > Double(Self.burst)
        }
        if isRefused {
            throw S3Error(.slowDown, "Too many requests with wrong signatures of this access key; try later.")
        }
    }

    package func failed(_ accessKeyID: String, _ address: String?, now: ContinuousClock.Instant) {
        state.withLock { state in
            let name = Name(accessKeyID: accessKeyID, client: ClientBlock(address))
            let failures = min(Self.failures(&state, name, now) + 1, Double(Self.burst))
            state.buckets.set(Bucket(failures: failures, since: now), for: name)
            let forgiven = now + .seconds(failures / Double(Self.forgivenPerSecond))
            state.isQuietFrom = max(state.isQuietFrom ?? forgiven, forgiven)
            isAlert.store(true, ordering: .relaxed)
        }
    }

    private static func failures(_ state: inout State, _ name: Name, _ now: ContinuousClock.Instant) -> Double {
        guard let bucket = state.buckets.value(name) else { return 0 }
        let seconds = bucket.since.duration(to: now) / .seconds(1)
        return max(0, bucket.failures - seconds * Double(forgivenPerSecond))
    }
}
