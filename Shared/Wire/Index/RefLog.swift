package import Domain
import JSONCodec

/// What a reference is.
package enum ReferenceKind: String, Codable, Hashable, Sendable {
    case branch, tag
}

/// One move of a branch or tag.
package struct RefMove: Codable, Hashable, Sendable {
    /// Later moves of a reference have greater ones.
    package var id: Int64
    package var name: String
    package var kind: ReferenceKind
    /// What moved it, in words.
    package var action: String
    /// Nil where it was made.
    package var from: CommitID?
    /// Nil where it was deleted.
    package var to: CommitID?
    /// A user id.
    package var actor: String
    /// Milliseconds since 1970.
    package var moved: Int64

    package init(
        id: Int64, name: String, kind: ReferenceKind, action: String, from: CommitID?, to: CommitID?, actor: String,
        moved: Int64
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.action = action
        self.from = from
        self.to = to
        self.actor = actor
        self.moved = moved
    }
}

/// Who moved which branch or tag when, from where to where; the latest first. Errors: `notFound` (repository), `invalidArgument`.
package enum ListRefLog: RPCMethod {
    package typealias Response = Listed<RefMove>

    package static let name = "index.listRefLog"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        /// Only moves of this branch or tag; nil for all. It need not exist any more.
        package var reference: String?
        /// Only deletions.
        package var deletionsOnly: Bool
        /// The last move seen; nil to begin.
        package var before: Int64?
        /// 1 to 1,000.
        package var amount: Int

        package init(
            repository: RepositoryName, reference: String? = nil, deletionsOnly: Bool = false, before: Int64? = nil,
            amount: Int = 100
        ) {
            self.repository = repository
            self.reference = reference
            self.deletionsOnly = deletionsOnly
            self.before = before
            self.amount = amount
        }
    }
}

/// Brings a deleted branch back where it was, without what was staged on it. Errors: `notFound`, `alreadyExists`, `conflict`,
/// `forbidden`.
package enum UndeleteBranch: RPCMethod {
    package typealias Response = Branch

    package static let name = "index.undeleteBranch"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var branch: BranchName
        /// A move of the ref log that deleted it; nil for the latest.
        package var deletion: Int64?
        /// Whether a read-only repository is written all the same.
        package var force: Bool
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(
            repository: RepositoryName, branch: BranchName, deletion: Int64? = nil, force: Bool = false,
            operationID: OperationID = OperationID()
        ) {
            self.repository = repository
            self.branch = branch
            self.deletion = deletion
            self.force = force
            self.operationID = operationID
        }
    }
}

/// Brings a deleted tag back. Errors: as for branches.
package enum UndeleteTag: RPCMethod {
    package typealias Response = Tag

    package static let name = "index.undeleteTag"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var tag: TagName
        /// A move of the ref log that deleted it; nil for the latest.
        package var deletion: Int64?
        /// Whether a read-only repository is written all the same.
        package var force: Bool
        /// Makes a repeated call one call.
        package var operationID: OperationID

        package init(
            repository: RepositoryName, tag: TagName, deletion: Int64? = nil, force: Bool = false,
            operationID: OperationID = OperationID()
        ) {
            self.repository = repository
            self.tag = tag
            self.deletion = deletion
            self.force = force
            self.operationID = operationID
        }
    }
}
