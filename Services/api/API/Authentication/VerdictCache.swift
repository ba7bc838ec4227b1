import Cryptography
import Synchronization
import Wire

/// Who was found behind a credential a moment ago, under the credential's hash.
///
/// Only successes are kept: a credential made this second works at once.
final class VerdictCache: Sendable {
    /// How long a revoked key may go on working.
    static let lifetime = Duration.seconds(5)
    /// Entries, some 200 bytes each.
    static let capacity = 10_000

    private struct Verdict {
        let principal: Principal
        let ends: ContinuousClock.Instant
    }

    private let verdicts = Mutex<[SHA256Digest: Verdict]>([:])

    func principal(of credential: SHA256Digest, at now: ContinuousClock.Instant) -> Principal? {
        verdicts.withLock { verdicts in
            guard let verdict = verdicts[credential], verdict.ends > now else { return nil }
            return verdict.principal
        }
    }

    /// - Parameter asked: when the verdict was asked for, from which its life counts.
    func keep(_ principal: Principal, of credential: SHA256Digest, asked: ContinuousClock.Instant) {
        verdicts.withLock { verdicts in
            if verdicts.count >= Self.capacity {
                verdicts = verdicts.filter { $0.value.ends > asked }
                // All still alive: begin anew rather than keep an order that hardly ever matters.
                if verdicts.count >= Self.capacity { verdicts.removeAll(keepingCapacity: true) }
            }
            verdicts[credential] = Verdict(principal: principal, ends: asked + Self.lifetime)
        }
    }

    var count: Int { verdicts.withLock { $0.count } }
}
