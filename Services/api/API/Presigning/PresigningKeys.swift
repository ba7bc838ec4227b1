import Synchronization
import Wire

/// The keys that addresses and URLs are signed with, from auth, remembered for a few seconds.
///
/// Every process asks the same auth, so what one signed another verifies.
final class PresigningKeys: Sendable {
    /// How old what is remembered may be.
    static let lifetime = Duration.seconds(5)
    /// How soon auth is asked again for a key that is not known: another process may have got it a moment ago.
    static let missPause = Duration.seconds(1)

    private struct Known {
        let keys: [PresigningKey]
        let asked: ContinuousClock.Instant
    }

    private let auth: any RPCCalling
    private let known = Mutex<Known?>(nil)

    init(auth: any RPCCalling) { self.auth = auth }

    /// The key that signs now.
    ///
    /// - Throws: `RPCError` where auth does not answer.
    func current(_ context: CallContext) async throws(RPCError) -> PresigningKey {
        guard let key = try await keys(context, noOlderThan: Self.lifetime).first else {
            throw RPCError(.unavailable, subject: "key", "there is no signing key")
        }
        return key
    }

    /// The key of a number; nil where there is none any more.
    ///
    /// - Parameter now: seconds since 1970.
    /// - Throws: `RPCError` where auth does not answer, which says nothing about a signature.
    func key(_ number: UInt32, now: Int64, _ context: CallContext) async throws(RPCError) -> PresigningKey? {
        func find(_ keys: [PresigningKey]) -> PresigningKey? {
            keys.first { $0.number == number && $0.verifiesUntil > now }
        }
        if let key = find(try await keys(context, noOlderThan: Self.lifetime)) { return key }
        return find(try await keys(context, noOlderThan: Self.missPause))
    }

    private func keys(_ context: CallContext, noOlderThan age: Duration) async throws(RPCError) -> [PresigningKey] {
        let now = ContinuousClock.now
        if let known = known.withLock({ $0 }), known.asked + age > now { return known.keys }
        let answer = try await auth.call(GetPurposeKeys.self, .init(purpose: .presigning), context)
        let keys = answer.keys.compactMap(PresigningKey.init)
        known.withLock { known in
            if let other = known, other.asked > now { return }
            known = Known(keys: keys, asked: now)
        }
        return keys
    }
}
