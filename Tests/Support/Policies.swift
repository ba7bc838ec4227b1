package import Policy

extension PolicyDocument {
    /// Lets its holder do everything.
    package static let everything = PolicyDocument(
        id: "Everything", statement: [PolicyStatement(effect: "allow", action: ["*"], resource: "*")])
}
