package import Domain
import JSONCodec

/// Which side settles a conflict.
package enum MergeStrategy: String, Codable, Hashable, Sendable {
    case sourceWins = "source-wins"
    case destinationWins = "dest-wins"
}

/// Merges a reference into a branch; always a new commit. Errors: `notFound`, `noChanges`, `dirtyBranch`, `conflict`,
/// `preconditionFailed` (branch), `forbidden`, `invalidArgument`.
package enum MergeBranch: RPCMethod {
    package typealias Response = Commit

    package static let name = "index.mergeBranch"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    /// The most resolutions of one merge.
    package static let maxResolutions = 10_000

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var source: RefExpression
        package var destination: BranchName
        /// Nil for `Merge '<source>' into '<destination>'`.
        package var message: String?
        package var metadata: [String: String]
        /// Settles conflicts that no resolution settles.
        package var strategy: MergeStrategy?
        /// Of single paths, each once. Those of paths without a conflict have no effect.
        package var resolutions: [ConflictResolution]
        /// Merge only if this is the destination's head; nil for any.
        package var ifDestination: CommitID?
        package var squashes: Bool
        package var allowsEmpty: Bool
        /// Whether a read-only repository is written all the same.
        package var force: Bool
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(
            repository: RepositoryName, source: RefExpression, destination: BranchName, message: String? = nil,
            metadata: [String: String] = [:], strategy: MergeStrategy? = nil, resolutions: [ConflictResolution] = [],
            ifDestination: CommitID? = nil, squashes: Bool = false, allowsEmpty: Bool = false, force: Bool = false,
            operationID: OperationID = OperationID()
        ) {
            self.repository = repository
            self.source = source
            self.destination = destination
            self.message = message
            self.metadata = metadata
            self.strategy = strategy
            self.resolutions = resolutions
            self.ifDestination = ifDestination
            self.squashes = squashes
            self.allowsEmpty = allowsEmpty
            self.force = force
            self.operationID = operationID
        }
    }
}

/// The commits that a merge would work on.
package struct MergeBase: CodableMessage {
    package var source: CommitID
    package var destination: CommitID
    package var base: CommitID

    package init(source: CommitID, destination: CommitID, base: CommitID) {
        self.source = source
        self.destination = destination
        self.base = base
    }
}

/// Errors: `notFound`.
package enum FindMergeBase: RPCMethod {
    package typealias Response = MergeBase

    package static let name = "index.findMergeBase"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var source: RefExpression
        package var destination: RefExpression

        package init(repository: RepositoryName, source: RefExpression, destination: RefExpression) {
            self.repository = repository
            self.source = source
            self.destination = destination
        }
    }
}

/// Undoes a commit on a branch. Errors: `notFound`, `noChanges`, `dirtyBranch`, `conflict` (also a merge without parent number), `forbidden`, `invalidArgument`.
package enum RevertCommit: RPCMethod {
    package typealias Response = Commit

    package static let name = "index.revertCommit"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var branch: BranchName
        package var reference: RefExpression
        /// From 1; 0 where the commit has one parent.
        package var parentNumber: Int
        /// Nil for `Revert <reference>`.
        package var message: String?
        package var metadata: [String: String]
        package var allowsEmpty: Bool
        /// Whether a read-only repository is written all the same.
        package var force: Bool
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(
            repository: RepositoryName, branch: BranchName, reference: RefExpression, parentNumber: Int = 0,
            message: String? = nil, metadata: [String: String] = [:], allowsEmpty: Bool = false, force: Bool = false,
            operationID: OperationID = OperationID()
        ) {
            self.repository = repository
            self.branch = branch
            self.reference = reference
            self.parentNumber = parentNumber
            self.message = message
            self.metadata = metadata
            self.allowsEmpty = allowsEmpty
            self.force = force
            self.operationID = operationID
        }
    }
}

/// Applies the change of a commit to a branch. Errors: as for reverting; a merge without parent number is `invalidArgument`.
package enum CherryPick: RPCMethod {
    package typealias Response = Commit

    package static let name = "index.cherryPick"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var branch: BranchName
        package var reference: RefExpression
        /// From 1; nil where the commit has one parent.
        package var parentNumber: Int?
        package var message: String?
        package var metadata: [String: String]?
        /// Whether a read-only repository is written all the same.
        package var force: Bool
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(
            repository: RepositoryName, branch: BranchName, reference: RefExpression, parentNumber: Int? = nil,
            message: String? = nil, metadata: [String: String]? = nil, force: Bool = false,
            operationID: OperationID = OperationID()
        ) {
            self.repository = repository
            self.branch = branch
            self.reference = reference
            self.parentNumber = parentNumber
            self.message = message
            self.metadata = metadata
            self.force = force
            self.operationID = operationID
        }
    }
}
