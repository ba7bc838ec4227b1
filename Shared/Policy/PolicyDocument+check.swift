import FoundationEssentials

extension PolicyDocument {
    /// Statements of one policy.
    package static let maxStatements = 100

    /// - Throws: `InvalidPolicy` for the first statement that breaks a rule.
    package func check() throws(InvalidPolicy) {
        guard !statement.isEmpty, statement.count <= Self.maxStatements else {
            throw InvalidPolicy("a policy has 1 to \(Self.maxStatements) statements")
        }
        for (index, statement) in statement.enumerated() {
            do { try statement.check() } catch {
                throw InvalidPolicy("statement \(index + 1): \(error.reason)")
            }
        }
    }
}

extension PolicyStatement {
    /// Actions of one statement, resources of one, values of one field of a condition.
    package static let maxItems = 100
    /// The greatest length of an action, a resource or a value, in bytes.
    package static let maxItemBytes = 2_048

    func check() throws(InvalidPolicy) {
        guard effect == "allow" || effect == "deny" else { throw InvalidPolicy("effect must be 'allow' or 'deny'") }
        guard !action.isEmpty, action.count <= Self.maxItems else {
            throw InvalidPolicy("a statement has 1 to \(Self.maxItems) actions")
        }
        for action in action {
            try Self.checkLength(action)
            try Self.checkAction(action)
        }
        for resource in try resources {
            try Self.checkLength(resource)
            _ = try ARNPattern(resource, userID: "")
        }
        if let condition { _ = try ConditionSet(checked: condition) }
    }

    static func checkLength(_ text: String) throws(InvalidPolicy) {
        guard text.utf8.count <= maxItemBytes else {
            throw InvalidPolicy("'\(text.prefix(40))…' is longer than \(maxItemBytes) bytes")
        }
    }

    private static func checkAction(_ action: String) throws(InvalidPolicy) {
        if action == "*" { return }
        let parts = action.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty else {
            throw InvalidPolicy("action '\(action.prefix(200))' is neither '*' nor of the form <service>:<name>")
        }
        guard Action.services.contains(String(parts[0])) else {
            throw InvalidPolicy(
                "action '\(action.prefix(200))' is of no known service (\(Action.services.sorted().joined(separator: ", ")))"
            )
        }
    }

    /// The ARNs of `resource`.
    ///
    /// - Throws: `InvalidPolicy` for a list that is none.
    var resources: [String] {
        get throws(InvalidPolicy) {
            guard resource.first == "[" else { return [resource] }
            guard resource.utf8.count <= Self.maxItems * Self.maxItemBytes,
                let list = try? JSONDecoder().decode([String].self, from: Data(resource.utf8)), !list.isEmpty,
                list.count <= Self.maxItems
            else {
                throw InvalidPolicy("resource must be '*', an ARN, or a JSON list of 1 to \(Self.maxItems) of them")
            }
            return list
        }
    }
}
