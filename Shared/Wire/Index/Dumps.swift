package import Domain
package import JSONCodec

/// What a dump needs to know of a repository beside its rows.
package struct DumpedRepository: CodableMessage {
    package var defaultBranch: String
    /// What keys the boundaries of its trees' nodes, in hexadecimal.
    package var salt: String

    package init(defaultBranch: String, salt: String) {
        self.defaultBranch = defaultBranch
        self.salt = salt
    }
}

/// Writes down, at one moment, what a dump is to hold, and finds the nodes of all commits. It may take several calls: one that
/// was cut off by its deadline is continued by the next. Errors: `conflict` (lease lost), `notFound`, `corrupted`.
package enum BeginDump: RPCMethod {
    package typealias Response = DumpedRepository

    package static let name = "index.beginDump"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.storage]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var jobID: String
        package var fencing: Int64

        package init(jobID: String, fencing: Int64) {
            self.jobID = jobID
            self.fencing = fencing
        }
    }
}

/// Rows of what was written down, at most 1,000 and about 4 MiB; none at the end. Errors: `notFound`.
package enum ListDumped: RPCMethod {
    package typealias Response = DumpedRows

    package static let name = "index.listDumped"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.storage]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var jobID: String
        package var kind: DumpedKind
        /// The last name or id of the page before; empty for the first.
        package var after: String

        package init(jobID: String, kind: DumpedKind, after: String = "") {
            self.jobID = jobID
            self.kind = kind
            self.after = after
        }
    }
}

/// A node of a tree, by the SHA-256 of its bytes in hexadecimal.
package struct ListedNode: Codable, Hashable, Sendable {
    package var id: String
    package var bytes: Int64

    package init(id: String, bytes: Int64) {
        self.id = id
        self.bytes = bytes
    }
}

/// The nodes that commits reach, in the order of their ids. Errors: `notFound`.
package enum ListNodes: RPCMethod {
    package typealias Response = Listed<ListedNode>

    package static let name = "index.listNodes"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.storage]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repositoryID: Int64
        package var after: String
        /// At most 1,000.
        package var amount: Int

        package init(repositoryID: Int64, after: String = "", amount: Int = 1_000) {
            self.repositoryID = repositoryID
            self.after = after
            self.amount = amount
        }
    }
}

/// The bytes of nodes, each in Base64.
package struct NodeBytes: CodableMessage {
    package var nodes: [String]

    package init(nodes: [String]) {
        self.nodes = nodes
    }
}

/// The bytes of nodes in the order asked for. Errors: `notFound` where one is missing, `invalidArgument`.
package enum ReadNodes: RPCMethod {
    package typealias Response = NodeBytes

    package static let name = "index.readNodes"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.storage]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repositoryID: Int64
        /// At most 32.
        package var ids: [String]

        package init(repositoryID: Int64, ids: [String]) {
            self.repositoryID = repositoryID
            self.ids = ids
        }
    }
}

/// The bytes of one node of any tree of a repository. Errors: `notFound` (repository, node), `invalidArgument`.
package enum GetNode: RPCMethod {
    package typealias Response = NodeBytes

    package static let name = "index.getNode"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var id: String

        package init(repository: RepositoryName, id: String) {
            self.repository = repository
            self.id = id
        }
    }
}
