import Domain

/// What the policies of one user come to, arranged so that a question is answered in a few microseconds.
///
/// Deny wins; what nothing allows is refused. For each action the statements that name it are found once, here.
package final class Rights: Sendable {
    package enum Decision: Sendable, Hashable {
        case allowed, denied
        /// Nothing was said about it, which refuses as well.
        case unmentioned
    }

    /// A statement.
    private struct Rule: Sendable {
        let patterns: [ARNPattern]
        let isDeny: Bool
        /// Nil where there are none.
        let conditions: ConditionSet?
    }

    /// By action; those that deny come first.
    private let rules: [Action: [Rule]]
    /// What must allow as well, each of them.
    private let bounds: [Rights]
    /// How much memory it takes, in some 50 bytes each.
    package let weight: Int

    /// What cannot be read is left out where it allows, and is taken for everything where it denies: it was stored by another
    /// version, as none is taken in unchecked.
    ///
    /// - Parameter bounds: what these rights are cut down to, policies that must all allow what is asked for.
    package init(_ policies: [PolicyDocument], userID: String, bounds: [[PolicyDocument]] = []) {
        self.bounds = bounds.map { Rights($0, userID: userID) }
        var rules: [Action: [Rule]] = [:]
        var weight = 1
        for statement in policies.flatMap(\.statement) {
            let isDeny = statement.effect != "allow"
            let actions = Self.actions(statement.action)
            guard !actions.isEmpty else { continue }
            let patterns = Self.patterns(statement, isDeny: isDeny, userID)
            guard !patterns.isEmpty else { continue }
            let conditions = statement.condition.flatMap { $0.isEmpty ? nil : ConditionSet($0) }
            let rule = Rule(patterns: patterns, isDeny: isDeny, conditions: conditions)
            for action in actions { rules[action, default: []].append(rule) }
            weight += actions.count + patterns.reduce(0) { $0 + $1.weight } + (conditions?.weight ?? 0)
        }
        self.weight = self.bounds.reduce(weight) { $0 + $1.weight }
        self.rules = rules.mapValues { $0.filter(\.isDeny) + $0.filter { !$0.isDeny } }
    }

    /// Those of nobody.
    package static let none = Rights([], userID: "")

    private static func patterns(_ statement: PolicyStatement, isDeny: Bool, _ userID: String) -> [ARNPattern] {
        let unreadable: [ARNPattern] = isDeny ? [.everything] : []
        guard let resources = try? statement.resources else { return unreadable }
        return resources.flatMap { resource in
            guard let pattern = try? ARNPattern(resource, userID: userID) else { return unreadable }
            return pattern.service == .other ? [] : [pattern]
        }
    }

    private static let byName = Dictionary(uniqueKeysWithValues: Action.allCases.map { ($0.rawValue, $0) })

    private static func actions(_ patterns: [String]) -> Set<Action> {
        var actions: Set<Action> = []
        for pattern in patterns {
            if let action = byName[pattern] {
                actions.insert(action)
            } else if pattern.utf8.contains(where: { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }) {
                let wildcard = Wildcard(pattern)
                actions.formUnion(Action.allCases.filter { wildcard.matches($0.rawValue.utf8) })
            }
        }
        return actions
    }

    package func decide(_ permission: Permission, _ circumstances: Circumstances) -> Decision {
        var decision = decideUnbounded(permission, circumstances)
        for bound in bounds where decision == .allowed { decision = bound.decide(permission, circumstances) }
        return decision
    }

    private func decideUnbounded(_ permission: Permission, _ circumstances: Circumstances) -> Decision {
        guard let rules = rules[permission.action] else { return .unmentioned }
        let resource = permission.resource
        let path = resource.path
        var wide = 0
        if case .listing(let name, _) = resource { wide = "repository/".utf8.count + name.string.utf8.count }
        return path.withUnsafeBufferPointer { path in
            // The repository itself, which a listing may be allowed or denied by as well.
            let repository = UnsafeBufferPointer(rebasing: path[..<wide])
            for rule in rules {
                guard rule.patterns.contains(where: { $0.applies(to: resource, path, repository, rule.isDeny) }) else {
                    continue
                }
                switch rule.conditions?.verdict(circumstances) ?? .holds {
                case .holds: return rule.isDeny ? .denied : .allowed
                case .fails: continue
                case .unknown: if rule.isDeny { return .denied }
                case .unreadable: return .denied
                }
            }
            return .unmentioned
        }
    }
}

extension ARNPattern {
    /// - Parameters:
    ///   - path: the resource's.
    ///   - repository: what of it names the repository, for a listing.
    fileprivate func applies(
        to resource: Resource, _ path: UnsafeBufferPointer<UInt8>, _ repository: UnsafeBufferPointer<UInt8>,
        _ isDeny: Bool
    ) -> Bool {
        if service == nil { return true }
        switch resource {
        // Only `*` itself.
        case .all: return false
        // What denies some leaves others.
        case .some: return !isDeny
        default: break
        }
        guard service == resource.service else { return false }
        switch resource {
        case .objects: return isDeny ? intersects(path) : covers(path)
        case .listing: return matches(repository) || (isDeny ? intersects(path) : covers(path))
        default: return matches(path)
        }
    }
}
