package import Domain
package import JSONCodec

/// A commit that was to be made again, and what became of it.
package struct ReplayedCommit: Codable, Hashable, Sendable {
    package var origin: CommitID
    /// Itself where it is where it should be already; nil where it brings nothing that is not there, or is a merge, whose
    /// sides are made again one by one.
    package var commit: CommitID?

    package init(origin: CommitID, commit: CommitID?) {
        self.origin = origin
        self.commit = commit
    }
}

/// What became of a branch whose commits were made again.
package struct Replay: CodableMessage {
    package var head: CommitID
    /// Parents before children.
    package var commits: [ReplayedCommit]

    package init(head: CommitID, commits: [ReplayedCommit]) {
        self.head = head
        self.commits = commits
    }
}

/// Makes the commits of a branch again on top of another reference, one by one, and moves the branch there: the branch then
/// holds all that `onto` does, without a merge. All of it or nothing.
///
/// Errors: `notFound`, `dirtyBranch`, `conflict`, `forbidden`, `invalidArgument`.
package enum ReplayBranch: RPCMethod {
    package typealias Response = Replay

    package static let name = "index.replayBranch"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    /// The most commits that are made again at once.
    package static let maxCommits = 1_000

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var branch: BranchName
        package var onto: RefExpression
        /// Settles conflicts: the source is the commit that is made again.
        package var strategy: MergeStrategy?
        /// Whether a read-only repository is written all the same.
        package var force: Bool
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(
            repository: RepositoryName, branch: BranchName, onto: RefExpression, strategy: MergeStrategy? = nil,
            force: Bool = false, operationID: OperationID = OperationID()
        ) {
            self.repository = repository
            self.branch = branch
            self.onto = onto
            self.strategy = strategy
            self.force = force
            self.operationID = operationID
        }
    }
}
