import Cryptography
import Synchronization

/// Who was found behind a credential a moment ago, under the credential's hash.
///
/// Only successes are kept: a credential made this second works at once.
final class VerdictCache: Sendable {
    /// How long a revoked key or right may go on working.
    static let lifetime = Duration.seconds(5)
    /// Entries, some 200 bytes each beside the rights, which equal policies share.
    static let capacity = 10_000

    private struct Verdict {
        let caller: Caller
        let ends: ContinuousClock.Instant
    }

    private let verdicts = Mutex<[SHA256Digest: Verdict]>([:])

    func caller(of credential: SHA256Digest, at now: ContinuousClock.Instant) -> Caller? {
        verdicts.withLock { verdicts in
            guard let verdict = verdicts[credential], verdict.ends > now else { return nil }
            return verdict.caller
        }
    }

    /// - Parameter asked: when the verdict was asked for, from which its life counts.
    func keep(_ caller: Caller, of credential: SHA256Digest, asked: ContinuousClock.Instant) {
        verdicts.withLock { verdicts in
            if verdicts.count >= Self.capacity {
                verdicts = verdicts.filter { $0.value.ends > asked }
                // All still alive: begin anew rather than keep an order that hardly ever matters.
                if verdicts.count >= Self.capacity { verdicts.removeAll(keepingCapacity: true) }
            }
            verdicts[credential] = Verdict(caller: caller, ends: asked + Self.lifetime)
        }
    }

    var count: Int { verdicts.withLock { $0.count } }
}
