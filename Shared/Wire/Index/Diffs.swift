package import Domain
import JSONCodec

/// How a path differs.
package enum ChangeKind: String, Codable, Hashable, Sendable {
    case added, removed, changed, conflict
    /// A folded prefix below which something differs.
    case prefixChanged = "prefix_changed"
}

/// One row of a diff.
package struct DiffRow: Codable, Hashable, Sendable {
    package var kind: ChangeKind
    package var path: String
    /// Whether `path` is a folded common prefix.
    package var isPrefix: Bool
    /// In bytes, of the right side, or of the left where it was removed.
    package var size: Int64?
    /// The right side's entry, where asked for.
    package var right: Entry?

    package init(kind: ChangeKind, path: String, isPrefix: Bool = false, size: Int64? = nil, right: Entry? = nil) {
        self.kind = kind
        self.path = path
        self.isPrefix = isPrefix
        self.size = size
        self.right = right
    }
}

package enum DiffType: String, Codable, Hashable, Sendable {
    /// The trees of left and right.
    case twoDot = "two_dot"
    /// What changed on the right since the merge base, with what conflicts with the left.
    case threeDot = "three_dot"
}

/// Compares two references. Errors: `notFound`, `invalidArgument`.
package enum DiffRefs: RPCMethod {
    package typealias Response = Listed<DiffRow>

    package static let name = "index.diffRefs"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var left: RefExpression
        package var right: RefExpression
        package var type: DiffType
        package var range: ListRange
        /// Paths are folded behind it; empty for none.
        package var delimiter: String
        package var includesRight: Bool

        package init(
            repository: RepositoryName, left: RefExpression, right: RefExpression, type: DiffType = .threeDot,
            range: ListRange, delimiter: String = "", includesRight: Bool = false
        ) {
            self.repository = repository
            self.left = left
            self.right = right
            self.type = type
            self.range = range
            self.delimiter = delimiter
            self.includesRight = includesRight
        }
    }
}

/// What is staged on a branch. Errors: `notFound`.
package enum DiffBranch: RPCMethod {
    package typealias Response = Listed<DiffRow>

    package static let name = "index.diffBranch"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var branch: BranchName
        package var range: ListRange
        package var delimiter: String

        package init(repository: RepositoryName, branch: BranchName, range: ListRange, delimiter: String = "") {
            self.repository = repository
            self.branch = branch
            self.range = range
            self.delimiter = delimiter
        }
    }
}
