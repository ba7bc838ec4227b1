package import Domain
import JSONCodec

/// The condition of a write, evaluated by index and atomic over all gateways.
package enum WriteCondition: Codable, Hashable, Sendable {
    case none
    /// `If-None-Match: *`
    case ifAbsent
    /// `If-Match`, the ETag without quotes.
    case ifMatch(String)
    /// The entry must be the one that was read: of this ETag, last modified then (milliseconds since 1970).
    case ifUnchanged(etag: String, modified: Int64)
}

/// Where a writer puts its bytes.
package struct WriteTarget: CodableMessage {
    package var repositoryID: Int64
    /// Immutable for this id.
    package var storageNamespace: StorageNamespace

    package init(repositoryID: Int64, storageNamespace: StorageNamespace) {
        self.repositoryID = repositoryID
        self.storageNamespace = storageNamespace
    }
}

/// Whether a branch may be written to now, and where. Errors: `notFound` (repository, branch), `forbidden`.
package enum GetWriteTarget: RPCMethod {
    package typealias Response = WriteTarget

    package static let name = "index.getWriteTarget"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.gateway, .api]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var branch: BranchName
        /// Whether a read-only repository is written all the same.
        package var force: Bool

        package init(repository: RepositoryName, branch: BranchName, force: Bool = false) {
            self.repository = repository
            self.branch = branch
            self.force = force
        }
    }
}

/// What went wrong with one path.
package struct PathError: Codable, Hashable, Sendable {
    package var path: String
    /// An `RPCError.Code`.
    package var code: String
    package var message: String

    package init(path: String, code: String, message: String) {
        self.path = path
        self.code = code
        self.message = message
    }
}

/// Answer of `DeleteObjects`.
package struct DeleteOutcome: CodableMessage {
    package var errors: [PathError]

    package init(errors: [PathError]) {
        self.errors = errors
    }
}

/// Stages tombstones; a path that is not there is no error. Errors: `notFound` (repository, branch), `forbidden`.
package enum DeleteObjects: RPCMethod {
    package typealias Response = DeleteOutcome

    package static let name = "index.deleteObjects"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.gateway, .api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var branch: BranchName
        /// At most 1,000.
        package var paths: [String]
        /// Whether a read-only repository is written all the same.
        package var force: Bool
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(
            repository: RepositoryName, branch: BranchName, paths: [String], force: Bool = false,
            operationID: OperationID = OperationID()
        ) {
            self.repository = repository
            self.branch = branch
            self.paths = paths
            self.force = force
            self.operationID = operationID
        }
    }
}
