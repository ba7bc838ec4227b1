import ServiceKit
import Synchronization
import Wire

/// Limits how often passwords are guessed: by client, by user, and by both.
///
/// A guess is counted before it is looked at, so that many at once are not let through; the right one is taken back.
final class PasswordGate: Sendable {
    /// Whose guesses are counted together.
    private enum Guesser: Hashable, Sendable {
        case client(ClientBlock)
        case user(String)
        case clientOfUser(ClientBlock, String)

        /// Guesses at once, and those forgiven each second. Strangers who guess a user's password lock out only themselves
        /// for long: the count by user alone is wide.
        var limit: (burst: Double, perSecond: Double) {
            switch self {
            case .client: (50, 0.5)
            case .user: (200, 1)
            case .clientOfUser: (10, 0.1)
            }
        }
    }

    private struct Bucket: Sendable {
        var guesses: Double
        var since: ContinuousClock.Instant
    }

    private let buckets = Mutex(BoundedMap<Guesser, Bucket>(capacity: 32_768))

    private static func guessers(_ user: String, _ address: String?) -> [Guesser] {
        let client = ClientBlock(address)
        return [.client(client), .user(user), .clientOfUser(client, user)]
    }

    /// - Throws: `resourceExhausted` where there were too many guesses.
    func begin(_ user: String, _ address: String?, now: ContinuousClock.Instant) throws(RPCError) {
        let isLetThrough = buckets.withLock { buckets in
            let counted = Self.guessers(user, address).map { guesser in
                (guesser, Self.guesses(buckets[guesser], guesser, now))
            }
            guard counted.allSatisfy({ $0.1 + 1 <= $0.0.limit.burst }) else { return false }
            for (guesser, guesses) in counted { buckets[guesser] = Bucket(guesses: guesses + 1, since: now) }
            return true
        }
        guard isLetThrough else {
            throw RPCError(.resourceExhausted, subject: "password", "too many wrong passwords; try later")
        }
    }

    /// The guess was right.
    func succeeded(_ user: String, _ address: String?, now: ContinuousClock.Instant) {
        buckets.withLock { buckets in
            for guesser in Self.guessers(user, address) {
                let guesses = max(0, Self.guesses(buckets[guesser], guesser, now) - 1)
                buckets[guesser] = Bucket(guesses: guesses, since: now)
            }
        }
    }

    /// Those that time has not yet forgiven.
    private static func guesses(_ bucket: Bucket?, _ guesser: Guesser, _ now: ContinuousClock.Instant) -> Double {
        guard let bucket else { return 0 }
        let seconds = bucket.since.duration(to: now) / .seconds(1)
        return max(0, bucket.guesses - seconds * guesser.limit.perSecond)
    }
}
