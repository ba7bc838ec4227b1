package import Domain
package import JSONCodec

/// A commit.
package struct Commit: CodableMessage {
    package var id: CommitID
    package var parents: [CommitID]
    /// A user id; empty for the first commit.
    package var committer: String
    package var message: String
    /// Seconds since 1970-01-01T00:00:00Z.
    package var created: Int64
    /// The root of the commit's tree, 64 hexadecimal digits; empty for the first commit.
    package var metaRangeID: String
    package var metadata: [String: String]
    /// 1 for a root, else the greatest of the parents' plus 1.
    package var generation: Int64
    package var version: Int

    package init(
        id: CommitID, parents: [CommitID], committer: String, message: String, created: Int64, metaRangeID: String,
        metadata: [String: String], generation: Int64, version: Int = 1
    ) {
        self.id = id
        self.parents = parents
        self.committer = committer
        self.message = message
        self.created = created
        self.metaRangeID = metaRangeID
        self.metadata = metadata
        self.generation = generation
        self.version = version
    }
}

/// Commits what is staged on a branch, or a given tree. Errors: `notFound`, `noChanges`, `dirtyBranch`, `forbidden`.
package enum CreateCommit: RPCMethod {
    package typealias Response = Commit

    package static let name = "index.createCommit"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var branch: BranchName
        package var message: String
        package var metadata: [String: String]
        /// Seconds since 1970; nil for now.
        package var date: Int64?
        package var allowsEmpty: Bool
        /// Commit this tree instead of what is staged.
        package var sourceMetaRange: String?
        /// Whether a read-only repository is written all the same.
        package var force: Bool
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(
            repository: RepositoryName, branch: BranchName, message: String, metadata: [String: String] = [:],
            date: Int64? = nil, allowsEmpty: Bool = false, sourceMetaRange: String? = nil, force: Bool = false,
            operationID: OperationID = OperationID()
        ) {
            self.repository = repository
            self.branch = branch
            self.message = message
            self.metadata = metadata
            self.date = date
            self.allowsEmpty = allowsEmpty
            self.sourceMetaRange = sourceMetaRange
            self.force = force
            self.operationID = operationID
        }
    }
}

/// Adds a commit that was made elsewhere, its tree and parents being here. Errors: `notFound` (repository, commit, metarange),
/// `alreadyExists`, `invalidArgument` where the id is not the hash of the content, `forbidden`.
package enum CreateCommitRecord: RPCMethod {
    package typealias Response = Nothing

    package static let name = "index.createCommitRecord"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var commit: Commit
        /// Whether a read-only repository is written all the same.
        package var force: Bool
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(
            repository: RepositoryName, commit: Commit, force: Bool = false, operationID: OperationID = OperationID()
        ) {
            self.repository = repository
            self.commit = commit
            self.force = force
            self.operationID = operationID
        }
    }
}

/// Errors: `notFound` (repository, commit), `invalidArgument`.
package enum GetCommit: RPCMethod {
    package typealias Response = Commit

    package static let name = "index.getCommit"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.gateway, .api]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var reference: RefExpression

        package init(repository: RepositoryName, reference: RefExpression) {
            self.repository = repository
            self.reference = reference
        }
    }
}

/// Walks back from a reference, newest first and every child before its parents. Errors: `notFound`, `invalidArgument`.
package enum LogCommits: RPCMethod {
    package typealias Response = Listed<Commit>

    package static let name = "index.logCommits"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var reference: RefExpression
        /// The last commit seen: a reference; empty to begin.
        package var after: String
        /// 1 to 1,000.
        package var amount: Int
        /// Whether the log ends after `amount`.
        package var isLimited: Bool
        package var firstParentOnly: Bool
        /// Seconds since 1970; older commits are neither shown nor followed.
        package var since: Int64?
        /// The last commit to show.
        package var stopAt: RefExpression?
        /// Only commits that touch one of these paths.
        package var objects: [String]
        /// Only commits that touch a path with one of these prefixes.
        package var prefixes: [String]

        package init(
            repository: RepositoryName, reference: RefExpression, after: String = "", amount: Int = 100,
            isLimited: Bool = false, firstParentOnly: Bool = false, since: Int64? = nil, stopAt: RefExpression? = nil,
            objects: [String] = [], prefixes: [String] = []
        ) {
            self.repository = repository
            self.reference = reference
            self.after = after
            self.amount = amount
            self.isLimited = isLimited
            self.firstParentOnly = firstParentOnly
            self.since = since
            self.stopAt = stopAt
            self.objects = objects
            self.prefixes = prefixes
        }
    }
}
