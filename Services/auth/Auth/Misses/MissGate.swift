import ServiceKit
import Synchronization
import Wire

/// Keeps guesses away from the database: remembers unknown keys for a moment, and limits how often a client may miss.
///
/// A client that has used up its misses is refused only for keys that were not seen to exist lately, so that others behind
/// the same address go on working.
final class MissGate: Sendable {
    private struct Bucket: Sendable {
        var misses: Double
        var since: ContinuousClock.Instant
    }

    private struct State: Sendable {
        var unknown: BoundedMap<String, ContinuousClock.Instant>
        var known: BoundedMap<String, ContinuousClock.Instant>
        var clients: BoundedMap<ClientBlock, Bucket>
    }

    private let limits: MissLimits
    private let state: Mutex<State>

    init(_ limits: MissLimits) {
        self.limits = limits
        state = Mutex(
            State(
                unknown: BoundedMap(capacity: limits.rememberedUnknown),
                known: BoundedMap(capacity: limits.rememberedKnown),
                clients: BoundedMap(capacity: limits.rememberedClients)))
    }

    /// Whether it was found lately that there is no such key. Counts as a miss.
    func isUnknown(_ accessKeyID: String, _ address: String?, now: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            guard let seen = state.unknown[accessKeyID], now < seen + limits.unknownAge else { return false }
            charge(&state, ClientBlock(address), now)
            return true
        }
    }

    /// - Throws: `resourceExhausted` for a client that missed too often.
    func check(_ accessKeyID: String, _ address: String?, now: ContinuousClock.Instant) throws(RPCError) {
        let isRefused = state.withLock { state in
            // A whole one must be left: time forgives a little of a miss at every moment.
            guard misses(state, ClientBlock(address), now) + 1 > Double(limits.burst) else { return false }
            guard let seen = state.known[accessKeyID] else { return true }
            return now >= seen + limits.knownAge
        }
        if isRefused {
            throw RPCError(
                .resourceExhausted, subject: "credential", "too many requests with wrong credentials; try later")
        }
    }

    func found(_ accessKeyID: String, now: ContinuousClock.Instant) {
        state.withLock { state in
            state.known[accessKeyID] = now
            if state.unknown[accessKeyID] != nil { state.unknown[accessKeyID] = nil }
        }
    }

    /// - Parameter isUnknown: false for a wrong secret, which counts but is not remembered.
    func missed(_ accessKeyID: String, _ address: String?, isUnknown: Bool, now: ContinuousClock.Instant) {
        state.withLock { state in
            if isUnknown { state.unknown[accessKeyID] = now }
            charge(&state, ClientBlock(address), now)
        }
    }

    /// The misses of a client that time has not yet forgiven.
    private func misses(_ state: State, _ client: ClientBlock, _ now: ContinuousClock.Instant) -> Double {
        guard let bucket = state.clients[client] else { return 0 }
        let seconds = bucket.since.duration(to: now) / .seconds(1)
        return max(0, bucket.misses - seconds * Double(limits.forgivenPerSecond))
    }

    private func charge(_ state: inout State, _ client: ClientBlock, _ now: ContinuousClock.Instant) {
        let misses = min(misses(state, client, now) + 1, Double(limits.burst))
        state.clients[client] = Bucket(misses: misses, since: now)
    }
}
