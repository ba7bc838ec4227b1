/// A policy breaks a rule; the reason is for its author.
package struct InvalidPolicy: Error, Sendable, Hashable, CustomStringConvertible {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }

    package var description: String { "invalid policy: \(reason)" }
}

/// What a policy says, in the members that lakeFS gives them.
package struct PolicyStatement: Sendable, Hashable, Codable {
    /// `allow` or `deny`.
    package var effect: String
    /// Such as `fs:ReadObject`; `*` and `?` are wildcards.
    package var action: [String]
    /// `*`, an ARN, or a JSON list of them.
    package var resource: String
    /// Values by field by operator.
    package var condition: [String: [String: [String]]]?

    package init(
        effect: String, action: [String], resource: String, condition: [String: [String: [String]]]? = nil
    ) {
        self.effect = effect
        self.action = action
        self.resource = resource
        self.condition = condition
    }
}

/// A named list of statements.
package struct PolicyDocument: Sendable, Hashable, Codable {
    package var id: String
    package var statement: [PolicyStatement]

    package init(id: String, statement: [PolicyStatement]) {
        self.id = id
        self.statement = statement
    }
}
