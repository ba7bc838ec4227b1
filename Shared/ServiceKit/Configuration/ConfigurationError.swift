/// Why a service cannot start: a variable of the environment that is missing or wrong.
package struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    package let variable: String
    /// Never quotes the value of a secret.
    package let reason: String

    package init(_ variable: String, _ reason: String) {
        self.variable = variable
        self.reason = reason
    }

    package var description: String { "\(variable) \(reason)" }
}
