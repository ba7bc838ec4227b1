package import Domain
package import ServiceKit

/// Where the repositories keep their bytes that are made as buckets.
package struct NewNamespaces: Sendable, Hashable {
    private let prefix: String

    /// - Parameter prefix: what their namespaces begin with, such as `s3://tarn` or `local://`.
    /// - Throws: `InvalidName` where no namespace can begin so.
    package init(prefix: String) throws(InvalidName) {
        self.prefix = prefix.hasSuffix("/") ? prefix : prefix + "/"
        _ = try StorageNamespace(self.prefix + "x")
    }

    /// `TARN_DEFAULT_NAMESPACE`; nil where it is not set, so that no buckets are made.
    package init?(_ environment: Environment, scheme: StorageNamespace.Scheme) throws(ConfigurationError) {
        let variable = "TARN_DEFAULT_NAMESPACE"
        guard let prefix = environment.string(variable) else { return nil }
        do throws(InvalidName) {
            try self.init(prefix: prefix)
            guard try fresh("x").scheme == scheme else {
                throw InvalidName(kind: "namespace", reason: "is of another store than the one configured")
            }
        } catch { throw ConfigurationError(variable, "is '\(prefix)': \(error)") }
    }

    /// The namespace of a new repository, which no earlier one of its name had: a namespace is given once for ever.
    func fresh(_ repository: RepositoryName) throws(InvalidName) -> StorageNamespace { try fresh(repository.string) }

    private func fresh(_ name: String) throws(InvalidName) -> StorageNamespace {
        let distinction = String(UInt64.random(in: .min ... .max), radix: 36)
        return try StorageNamespace("\(prefix)\(name)-\(distinction)")
    }
}
