package import Domain
import JSONCodec

/// A row of a listing with the last commit that touched it.
package struct LastCommitRow: Codable, Hashable, Sendable {
    package var path: String
    /// Whether `path` is a folded common prefix; then the commit is the last that touched anything below it.
    package var isPrefix: Bool
    /// In bytes; nil for a common prefix.
    package var size: Int64?
    /// Whether it is, or holds, a change that is not committed.
    package var isStaged: Bool
    /// Nil where nothing of it is committed.
    package var commit: Commit?
    /// False where the search ended at `commit`: the row is as in that commit, and an older one may have touched it last.
    package var isExact: Bool

    package init(
        path: String, isPrefix: Bool, size: Int64? = nil, isStaged: Bool = false, commit: Commit?, isExact: Bool = true
    ) {
        self.path = path
        self.isPrefix = isPrefix
        self.size = size
        self.isStaged = isStaged
        self.commit = commit
        self.isExact = isExact
    }
}

/// Lists as `ListObjects` does, each row with the last commit that touched it. Errors: `notFound` (repository, reference),
/// `invalidArgument`.
package enum ListLastCommits: RPCMethod {
    package typealias Response = Listed<LastCommitRow>

    package static let name = "index.listLastCommits"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var reference: RefExpression
        package var range: ListRange
        /// Any text; empty for none.
        package var delimiter: String

        package init(repository: RepositoryName, reference: RefExpression, range: ListRange, delimiter: String = "") {
            self.repository = repository
            self.reference = reference
            self.range = range
            self.delimiter = delimiter
        }
    }
}
