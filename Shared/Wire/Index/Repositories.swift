package import Domain
package import JSONCodec

/// A repository as index knows it.
package struct Repository: CodableMessage {
    /// Unique for ever: a repository made again under the same name has another.
    package var id: Int64
    package var name: RepositoryName
    package var storageNamespace: StorageNamespace
    package var defaultBranch: BranchName
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package var created: Int64
    package var isReadOnly: Bool
    /// Made without branch and commit, to restore into.
    package var isBare: Bool

    package init(
        id: Int64, name: RepositoryName, storageNamespace: StorageNamespace, defaultBranch: BranchName, created: Int64,
        isReadOnly: Bool, isBare: Bool
    ) {
        self.id = id
        self.name = name
        self.storageNamespace = storageNamespace
        self.defaultBranch = defaultBranch
        self.created = created
        self.isReadOnly = isReadOnly
        self.isBare = isBare
    }
}

/// Makes a repository with its default branch and first commit. Errors: `alreadyExists` (name or namespace), `invalidArgument`.
package enum CreateRepository: RPCMethod {
    package typealias Response = Repository

    package static let name = "index.createRepository"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.gateway, .api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var name: RepositoryName
        package var storageNamespace: StorageNamespace
        package var defaultBranch: BranchName
        package var isReadOnly: Bool
        package var isBare: Bool
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(
            name: RepositoryName, storageNamespace: StorageNamespace, defaultBranch: BranchName,
            isReadOnly: Bool = false, isBare: Bool = false, operationID: OperationID = OperationID()
        ) {
            self.name = name
            self.storageNamespace = storageNamespace
            self.defaultBranch = defaultBranch
            self.isReadOnly = isReadOnly
            self.isBare = isBare
            self.operationID = operationID
        }
    }
}

/// Errors: `notFound`.
package enum GetRepository: RPCMethod {
    package typealias Response = Repository

    package static let name = "index.getRepository"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.gateway, .api, .storage]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var name: RepositoryName

        package init(name: RepositoryName) {
            self.name = name
        }
    }
}

/// Repositories in the order of their names.
package enum ListRepositories: RPCMethod {
    package typealias Response = Listed<Repository>

    package static let name = "index.listRepositories"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.gateway, .api, .storage]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var range: ListRange
        /// Only names that hold this; empty for all.
        package var search: String

        package init(range: ListRange, search: String = "") {
            self.range = range
            self.search = search
        }
    }
}

/// Deletes branches, tags, commits and metadata; the bytes stay. Errors: `notFound`, `forbidden`, and `preconditionFailed`
/// (objects, uploads, history) where the repository was to be empty.
package enum DeleteRepository: RPCMethod {
    package typealias Response = Nothing

    package static let name = "index.deleteRepository"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.gateway, .api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var name: RepositoryName
        /// Whether a read-only repository is written all the same.
        package var force: Bool
        /// Only if it shows no object on any branch and no upload, and has no tag and no commit but its first.
        package var onlyIfEmpty: Bool
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(
            name: RepositoryName, force: Bool = false, onlyIfEmpty: Bool = false,
            operationID: OperationID = OperationID()
        ) {
            self.name = name
            self.force = force
            self.onlyIfEmpty = onlyIfEmpty
            self.operationID = operationID
        }
    }
}
