package import Domain
package import JSONCodec

/// A branch and its head.
package struct Branch: CodableMessage {
    package var name: BranchName
    /// The head.
    package var commitID: CommitID

    package init(name: BranchName, commitID: CommitID) {
        self.name = name
        self.commitID = commitID
    }
}

/// Makes a branch at a reference; staged data of the source is not taken. Errors: `notFound`, `alreadyExists`, `conflict`, `forbidden`.
package enum CreateBranch: RPCMethod {
    package typealias Response = Branch

    package static let name = "index.createBranch"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var name: BranchName
        package var source: RefExpression
        package var isHidden: Bool
        /// Whether a read-only repository is written all the same.
        package var force: Bool
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(
            repository: RepositoryName, name: BranchName, source: RefExpression, isHidden: Bool = false,
            force: Bool = false, operationID: OperationID = OperationID()
        ) {
            self.repository = repository
            self.name = name
            self.source = source
            self.isHidden = isHidden
            self.force = force
            self.operationID = operationID
        }
    }
}

/// Errors: `notFound` (repository, branch).
package enum GetBranch: RPCMethod {
    package typealias Response = Branch

    package static let name = "index.getBranch"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var branch: BranchName

        package init(repository: RepositoryName, branch: BranchName) {
            self.repository = repository
            self.branch = branch
        }
    }
}

/// Branches in the order of their names.
package enum ListBranches: RPCMethod {
    package typealias Response = Listed<Branch>

    package static let name = "index.listBranches"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.gateway, .api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var range: ListRange
        package var showsHidden: Bool

        package init(repository: RepositoryName, range: ListRange, showsHidden: Bool = false) {
            self.repository = repository
            self.range = range
            self.showsHidden = showsHidden
        }
    }
}

/// Deletes a branch and its staged data. Errors: `notFound`, `forbidden` (default branch, read-only).
package enum DeleteBranch: RPCMethod {
    package typealias Response = Nothing

    package static let name = "index.deleteBranch"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var branch: BranchName
        /// Whether a read-only repository is written all the same.
        package var force: Bool
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(
            repository: RepositoryName, branch: BranchName, force: Bool = false,
            operationID: OperationID = OperationID()
        ) {
            self.repository = repository
            self.branch = branch
            self.force = force
            self.operationID = operationID
        }
    }
}

/// What a reset brings back to the committed state.
package enum ResetScope: Codable, Hashable, Sendable {
    case all
    /// One path.
    case object(String)
    /// Every path that begins with this text.
    case prefix(String)
}

/// Drops staged changes. Errors: `notFound`, `forbidden`.
package enum ResetBranch: RPCMethod {
    package typealias Response = Nothing

    package static let name = "index.resetBranch"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var branch: BranchName
        package var scope: ResetScope
        /// Whether a read-only repository is written all the same.
        package var force: Bool
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(
            repository: RepositoryName, branch: BranchName, scope: ResetScope, force: Bool = false,
            operationID: OperationID = OperationID()
        ) {
            self.repository = repository
            self.branch = branch
            self.scope = scope
            self.force = force
            self.operationID = operationID
        }
    }
}

/// Moves the head to any reference, keeping staged data. Errors: `notFound`, `forbidden`, `invalidArgument`.
package enum HardResetBranch: RPCMethod {
    package typealias Response = Nothing

    package static let name = "index.hardResetBranch"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var branch: BranchName
        package var reference: RefExpression
        /// Whether a read-only repository is written all the same.
        package var force: Bool
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(
            repository: RepositoryName, branch: BranchName, reference: RefExpression, force: Bool = false,
            operationID: OperationID = OperationID()
        ) {
            self.repository = repository
            self.branch = branch
            self.reference = reference
            self.force = force
            self.operationID = operationID
        }
    }
}
