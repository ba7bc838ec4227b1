package import Domain
package import JSONCodec

/// Which branches of a repository are protected.
package struct Protection: CodableMessage {
    /// Globs over names of branches.
    package var patterns: [String]
    /// Changes with the patterns; empty while none were ever set.
    package var tag: String

    package init(patterns: [String], tag: String) {
        self.patterns = patterns
        self.tag = tag
    }
}

/// Errors: `notFound` (repository).
package enum GetProtection: RPCMethod {
    package typealias Response = Protection

    package static let name = "index.getProtection"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName

        package init(repository: RepositoryName) {
            self.repository = repository
        }
    }
}

/// Replaces the patterns of protected branches. Errors: `notFound` (repository), `invalidArgument`, `preconditionFailed`,
/// `forbidden` (read-only).
package enum SetProtection: RPCMethod {
    package typealias Response = Nothing

    package static let name = "index.setProtection"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        /// At most 100 of at most 256 bytes: `*`, `?`, `[a-z]`, `[!a-z]`, `{a,b}`.
        package var patterns: [String]
        /// The tag of the patterns to be replaced; nil for any.
        package var ifMatch: String?
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(
            repository: RepositoryName, patterns: [String], ifMatch: String? = nil,
            operationID: OperationID = OperationID()
        ) {
            self.repository = repository
            self.patterns = patterns
            self.ifMatch = ifMatch
            self.operationID = operationID
        }
    }
}

/// A repository's metadata.
package struct RepositoryMetadata: CodableMessage {
    package var values: [String: String]

    package init(values: [String: String]) {
        self.values = values
    }
}

/// Errors: `notFound` (repository).
package enum GetRepositoryMetadata: RPCMethod {
    package typealias Response = RepositoryMetadata

    package static let name = "index.getRepositoryMetadata"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName

        package init(repository: RepositoryName) {
            self.repository = repository
        }
    }
}

/// Sets some keys of a repository's metadata and removes others; unknown ones are no error. Errors: `notFound` (repository),
/// `invalidArgument` for more than 256 KiB in all.
package enum ChangeRepositoryMetadata: RPCMethod {
    package typealias Response = Nothing

    package static let name = "index.changeRepositoryMetadata"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var set: [String: String]
        package var removed: [String]
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(
            repository: RepositoryName, set: [String: String] = [:], removed: [String] = [],
            operationID: OperationID = OperationID()
        ) {
            self.repository = repository
            self.set = set
            self.removed = removed
            self.operationID = operationID
        }
    }
}
