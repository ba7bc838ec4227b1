package import Domain
package import JSONCodec

/// A path that source and destination changed in different ways since the base. A version is nil where nothing is there.
package struct PathConflict: Codable, Hashable, Sendable {
    package var path: String
    package var base: Entry?
    package var source: Entry?
    package var destination: Entry?

    package init(path: String, base: Entry?, source: Entry?, destination: Entry?) {
        self.path = path
        self.base = base
        self.source = source
        self.destination = destination
    }
}

/// One page of the conflicts of a merge, with the commits that it would work on.
package struct ConflictPage: CodableMessage {
    package var storageNamespace: StorageNamespace
    /// Nil where the two have no commit in common.
    package var base: CommitID?
    package var source: CommitID
    package var destination: CommitID
    /// By bytes of the path.
    package var results: [PathConflict]
    package var hasMore: Bool

    package init(
        storageNamespace: StorageNamespace, base: CommitID?, source: CommitID, destination: CommitID,
        results: [PathConflict], hasMore: Bool
    ) {
        self.storageNamespace = storageNamespace
        self.base = base
        self.source = source
        self.destination = destination
        self.results = results
        self.hasMore = hasMore
    }
}

/// What a merge without strategy would leave to settle; only committed data counts. Errors: `notFound`, `invalidArgument`.
package enum ListConflicts: RPCMethod {
    package typealias Response = ConflictPage

    package static let name = "index.listConflicts"
    package static let service = ServiceName.index
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var repository: RepositoryName
        package var source: RefExpression
        package var destination: RefExpression
        package var range: ListRange

        package init(
            repository: RepositoryName, source: RefExpression, destination: RefExpression, range: ListRange
        ) {
            self.repository = repository
            self.source = source
            self.destination = destination
            self.range = range
        }
    }
}

/// What settles a conflict.
package enum ConflictChoice: String, Codable, Hashable, Sendable {
    /// The side's version is taken, also where it has deleted the path.
    case source, destination
    /// The path is deleted.
    case delete
}

/// How the conflict of one path is settled.
package struct ConflictResolution: Codable, Hashable, Sendable {
    package var path: String
    package var take: ConflictChoice

    package init(path: String, take: ConflictChoice) {
        self.path = path
        self.take = take
    }
}
