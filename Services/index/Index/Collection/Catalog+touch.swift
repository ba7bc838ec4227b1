import Database
import VersionTree

extension Catalog {
    /// Sees to it that a tree that maybe nobody needs any more is whole and stays so, as if the caller had written it.
    /// - Throws: `TreeError.missingNode`
    func touch(_ root: NodeHash, _ repository: Int64, _ deadline: ContinuousClock.Instant) async throws {
        let store = PostgresNodeStore(
            database: database, repository: repository, seenPrecision: limits.seenPrecision, deadline: deadline)
        let young = YoungNodes(
            source: NodeSource(store: store, cache: nodes), database: database, repository: repository)
        try await young.walk([root]) { hashes in
            guard .now < deadline else { throw DatabaseError.deadlineExceeded }
            // One that has gone since it was found is missing; one that a collection has meanwhile found to be a commit's
            // is there for good.
            if try await young.change(hashes, Self.touchNode) < hashes.count { _ = try await young.young(Set(hashes)) }
        }
    }

    private static let touchNode = Statement.write(
        "UPDATE node SET seen = now() WHERE repository = $1 AND hash = $2 AND NOT kept")
}
