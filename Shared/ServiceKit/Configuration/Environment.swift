import FoundationEssentials

/// The configuration of a process, read from environment variables by typed accessors.
///
/// An empty variable counts as absent. Prints names, never values: there are secrets among them.
package struct Environment: Sendable {
    private let values: [String: String]

    package init(_ values: [String: String]) { self.values = values }

    /// That of this process.
    package static var process: Environment { Environment(ProcessInfo.processInfo.environment) }

    // MARK: Text

    package func string(_ name: String) -> String? {
        guard let value = values[name], !value.isEmpty else { return nil }
        return value
    }

    package func string(_ name: String, default value: String) -> String { string(name) ?? value }

    /// - Throws: where it is not set.
    package func required(_ name: String) throws(ConfigurationError) -> String {
        guard let value = string(name) else { throw ConfigurationError(name, "is not set") }
        return value
    }

    /// One of a fixed set of words.
    package func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, default value: Choice
    ) throws(ConfigurationError) -> Choice where Choice.RawValue == String {
        guard let text = string(name) else { return value }
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw ConfigurationError(name, "is '\(text)', not one of \(words)")
        }
        return choice
    }

    /// Items between commas, white space around them left out.
    package func list(_ name: String) -> [String] {
        (string(name) ?? "").split(separator: ",").map { item in
            String(item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }.filter { !$0.isEmpty }
    }

    // MARK: Secrets

    /// A secret, given itself by `name` or as the path of a file by `name_FILE`; nil where neither is set.
    package func secret(_ name: String) throws(ConfigurationError) -> String? {
        let fileVariable = name + "_FILE"
        guard let path = string(fileVariable) else { return string(name) }
        guard string(name) == nil else { throw ConfigurationError(fileVariable, "is set together with \(name)") }
        guard let bytes = try? Data(contentsOf: URL(filePath: path)),
            let text = String(validating: bytes, as: UTF8.self)
        else { throw ConfigurationError(fileVariable, "names a file that cannot be read as text") }
        let secret = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
        guard !secret.isEmpty else { throw ConfigurationError(fileVariable, "names an empty file") }
        return String(secret)
    }

    package func requiredSecret(_ name: String) throws(ConfigurationError) -> String {
        guard let secret = try secret(name) else {
            throw ConfigurationError(name, "is not set, nor is \(name)_FILE")
        }
        return secret
    }
}

extension Environment: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { values.keys.sorted().joined(separator: " ") }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [("names", description)]) }
}
