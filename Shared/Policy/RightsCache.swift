import Synchronization

/// Rights by the policies they come from, so that verdicts of auth that say the same again compile nothing anew.
///
/// It holds no opinion on how long policies are good for: who asks has them from auth, and asks again.
package final class RightsCache: Sendable {
    /// Patterns, conditions and rows that are remembered, in some 50 bytes each; half of them are forgotten at once.
    package static let defaultCapacity = 1_000_000

    fileprivate struct Source: Hashable {
        /// Nil where no policy asks who the user is, so that all who have them share one.
        let userID: String?
        let policies: [PolicyDocument]
        let bounds: [[PolicyDocument]]
    }

    fileprivate struct State {
        var young: [Source: Rights] = [:]
        var old: [Source: Rights] = [:]
        var youngWeight = 0
    }

    private let generation: Int
    private let state = Mutex(State())

    /// - Parameter capacity: the greatest weight of what is remembered.
    package init(capacity: Int = defaultCapacity) {
        generation = max(1, capacity / 2)
    }

    /// - Parameter bounds: as those of `Rights`.
    package func rights(
        of userID: String, _ policies: [PolicyDocument], bounds: [[PolicyDocument]] = []
    ) -> Rights {
        let namesUser = Self.namesUser(policies) || bounds.contains(where: Self.namesUser)
        let source = Source(userID: namesUser ? userID : nil, policies: policies, bounds: bounds)
        if let known = state.withLock({ $0.known(source, generation) }) { return known }
        let rights = Rights(policies, userID: userID, bounds: bounds)
        state.withLock { $0.keep(rights, of: source, generation) }
        return rights
    }

    /// Sets of rights that are remembered.
    package var count: Int { state.withLock { $0.young.count + $0.old.count } }

    private static func namesUser(_ policies: [PolicyDocument]) -> Bool {
        policies.contains { policy in
            policy.statement.contains { $0.resource.utf8.contains(UInt8(ascii: "$")) }
        }
    }
}

extension RightsCache.State {
    fileprivate mutating func known(_ source: RightsCache.Source, _ generation: Int) -> Rights? {
        if let rights = young[source] { return rights }
        guard let rights = old.removeValue(forKey: source) else { return nil }
        keep(rights, of: source, generation)
        return rights
    }

    fileprivate mutating func keep(_ rights: Rights, of source: RightsCache.Source, _ generation: Int) {
        let weight = rights.weight + source.weight
        // One that is too large for a generation is compiled each time.
        guard weight <= generation, young[source] == nil else { return }
        if youngWeight + weight > generation {
            old = young
            young = [:]
            youngWeight = 0
        }
        young[source] = rights
        youngWeight += weight
    }
}

extension RightsCache.Source {
    /// How much memory it takes, in some 50 bytes.
    fileprivate var weight: Int {
        ([policies] + bounds).joined().reduce(2) { weight, policy in
            policy.statement.reduce(weight + 2) { weight, statement in
                let bytes = statement.resource.utf8.count + statement.action.reduce(0) { $0 + 16 + $1.utf8.count }
                return weight + 2 + bytes / 50 + (statement.condition?.count ?? 0) * 4
            }
        }
    }
}
