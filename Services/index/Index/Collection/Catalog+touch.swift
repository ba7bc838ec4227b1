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
            for batch in hashes.sorted().split(YoungNodes.hashesPerStatement) {
                let parameters: [Parameter] = [.int64(repository), .hashes(batch)]
                var found = try await database.exclusive(Self.touchNodes, parameters, deadline: deadline)[0].int(0)
                if found < batch.count {
                    // One that came to be kept at this very moment was neither touched nor counted.
                    found = try await database.exclusive(Self.touchNodes, parameters, deadline: deadline)[0].int(0)
                }
                guard found == batch.count else { throw TreeError.missingNode(root) }
            }
        }
    }

    /// Answers how many of the nodes there are, all of which stay now. One that is just being removed does not count.
    private static let touchNodes = Statement.write(
        """
        WITH touched AS (
            UPDATE node SET seen = now() WHERE repository = $1 AND hash = ANY ($2::bytea[]) AND NOT kept RETURNING 1
        )
        SELECT (SELECT count(*) FROM touched) + (
            SELECT count(*) FROM node n WHERE n.repository = $1 AND n.hash = ANY ($2::bytea[]) AND n.kept
        )
        """)
}
