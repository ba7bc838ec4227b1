package import Domain
package import JSONCodec

package enum PullState: String, Codable, Hashable, Sendable, CaseIterable {
    case open, closed, merged
}

/// A proposal to merge a branch into another.
package struct PullRequest: CodableMessage {
    package var id: PullRequestID
    package var state: PullState
    package var title: String
    package var text: String
    package var author: String
    package var source: BranchName
    package var destination: BranchName
    /// Milliseconds since 1970.
    package var created: Int64
    /// Of the closing or merging; milliseconds since 1970.
    package var closed: Int64?
    package var mergedCommit: CommitID?

    /// In bytes.
    package static let maxTitleBytes = 1_024
    package static let maxTextBytes = 65_536

    package init(
        id: PullRequestID, state: PullState, title: String, text: String, author: String, source: BranchName,
        destination: BranchName, created: Int64, closed: Int64? = nil, mergedCommit: CommitID? = nil
    ) {
        self.id = id
        self.state = state
        self.title = title
        self.text = text
        self.author = author
        self.source = source
        self.destination = destination
        self.created = created
        self.closed = closed
        self.mergedCommit = mergedCommit
    }
}

/// Opens a pull request. Errors: `notFound` (repository, branch), `invalidArgument`.
package enum CreatePull: RPCMethod {
    package typealias Response = PullRequest

    package static let name = "index.createPull"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    // The caller chooses the id.
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var id: PullRequestID
        package var title: String
        package var text: String
        package var source: BranchName
        package var destination: BranchName

        package init(
            repository: RepositoryName, id: PullRequestID, title: String, text: String, source: BranchName,
            destination: BranchName
        ) {
            self.repository = repository
            self.id = id
            self.title = title
            self.text = text
            self.source = source
            self.destination = destination
        }
    }
}

/// Errors: `notFound` (repository, pull).
package enum GetPull: RPCMethod {
    package typealias Response = PullRequest

    package static let name = "index.getPull"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var id: PullRequestID

        package init(repository: RepositoryName, id: PullRequestID) {
            self.repository = repository
            self.id = id
        }
    }
}

/// Pull requests in the order of their ids: the newest first. Errors: `notFound` (repository).
package enum ListPulls: RPCMethod {
    package typealias Response = Listed<PullRequest>

    package static let name = "index.listPulls"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        /// Nil for all; false for those that are closed or merged.
        package var isOpen: Bool?
        package var range: ListRange

        package init(repository: RepositoryName, isOpen: Bool?, range: ListRange) {
            self.repository = repository
            self.isOpen = isOpen
            self.range = range
        }
    }
}

/// Changes what is not nil. Errors: `notFound` (repository, pull), `invalidArgument` (also: it is merged).
package enum UpdatePull: RPCMethod {
    package typealias Response = Nothing

    package static let name = "index.updatePull"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var id: PullRequestID
        package var title: String?
        package var text: String?
        package var isOpen: Bool?

        package init(repository: RepositoryName, id: PullRequestID, title: String?, text: String?, isOpen: Bool?) {
            self.repository = repository
            self.id = id
            self.title = title
            self.text = text
            self.isOpen = isOpen
        }
    }
}

/// Merges a pull request's branches and says so in it, both or neither. Errors: those of `MergeBranch`, `notFound` (pull),
/// `invalidArgument` (it is not open).
package enum MergePull: RPCMethod {
    package typealias Response = Commit

    package static let name = "index.mergePull"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var id: PullRequestID
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(repository: RepositoryName, id: PullRequestID, operationID: OperationID = OperationID()) {
            self.repository = repository
            self.id = id
            self.operationID = operationID
        }
    }
}
