import Cryptography
import Database
import Domain
package import JSONCodec
import VersionTree
package import Wire

/// The end of a restore.
extension Catalog {
    package func checkRestored(_ request: CheckRestored.Request, _ context: CallContext) async throws -> MissingNodes {
        let (id, deadline) = (try jobID(request.jobID), deadline(context))
        let epoch = database.epoch
        let found = try await database.read(Self.selectPlaceToFill, id.parameters, deadline: deadline)
        guard let target = try found.first?.optionalInt64(0) else { throw RPCError.jobNotFound }
        let rows = try await database.exclusive(
            Self.selectRestored,
            [.int64(target), .bytes(Hex.decode(request.after) ?? []), .int64(Int64(Self.dumpedPerPage))],
            deadline: deadline)
        for row in rows where try !row.bool(2) {
            throw RPCError.invalid("dump", "commit \(try row.digest(0).hex) does not follow from its parents")
        }
        let store = PostgresNodeStore(
            database: database, repository: target, seenPrecision: limits.seenPrecision, deadline: deadline)
        var trees = RestoredTrees(
            young: YoungNodes(
                source: NodeSource(store: store, cache: nodes), database: database, repository: target,
                checkpoint: { guard .now < deadline else { throw DatabaseError.deadlineExceeded } }),
            deadline: deadline)
        try await trees.check(Set(try rows.compactMap { try $0.optionalDigest(1) }))
        try await settle(id, request.fencing, epoch, deadline)
        guard trees.missing.isEmpty else {
            return MissingNodes(missing: trees.missing.map(\.hex), after: request.after, isDone: false)
        }
        return MissingNodes(
            missing: [], after: try rows.last?.digest(0).hex ?? request.after, isDone: rows.count < Self.dumpedPerPage)
    }

    package func finishRestore(_ request: FinishRestore.Request, _ context: CallContext) async throws -> Nothing {
        let id = try jobID(request.jobID)
        try await database.transaction(deadline: deadline(context)) { transaction in
            try await hold(id, request.fencing, transaction)
            guard let target = try await transaction.run(Self.selectPlaceToFill, id.parameters).first?.optionalInt64(0)
            else { throw RPCError.jobNotFound }
            // Whoever makes a commit or changes a setting meanwhile holds the row; what they did is seen behind it.
            let locked = try await transaction.run(Self.lockRepository, [.int64(id.repository)])
            guard let name = try locked.first?.bytes(0) else { throw RPCError.repositoryNotFound }
            guard try await transaction.run(Self.selectBare, [.int64(id.repository)]).count == 1 else {
                throw RPCError.notBare
            }
            let moved = try await transaction.pipeline([
                Call(Self.giveUpName, [.int64(id.repository)]),
                Call(Self.takeName, [.int64(id.repository), .int64(target), .bytes(name)]),
                Call(Self.endRestore, id.parameters),
                Call(Self.moveJobs, [.int64(id.repository), .int64(target)]),
            ])
            guard moved[0].affected == 1, moved[1].affected == 1 else { throw RPCError.repositoryNotFound }
        }
        return Nothing()
    }

    /// Commits, their trees, and whether they follow from their parents: every one is there, and the age is what it is to be.
    private static let selectRestored = Statement.read(
        """
        SELECT c.id, c.root, (
            SELECT count(*) = cardinality(c.parents) AND coalesce(max(p.generation), 0) + 1 = c.generation
                AND greatest(c.created, max(p.latest)) = c.latest
            FROM unnest(c.parents) AS i (id)
            CROSS JOIN LATERAL (
                SELECT p.generation, p.latest FROM commit p WHERE p.repository = c.repository AND p.id = i.id OFFSET 0
            ) p
        )
        FROM commit c WHERE c.repository = $1 AND c.id > $2 ORDER BY c.id LIMIT $3
        """)

    private static let lockRepository = Statement.write(
        "SELECT r.name FROM repository r WHERE r.id = $1 AND r.name IS NOT NULL FOR UPDATE")

    private static let selectBare = Statement.write(
        """
        SELECT 1 FROM repository r
        WHERE r.id = $1 AND r.is_bare AND NOT EXISTS (SELECT FROM ref f WHERE f.repository = $1 OFFSET 0)
            AND NOT EXISTS (SELECT FROM commit c WHERE c.repository = $1 OFFSET 0)
        """)

    private static let giveUpName = Statement.write(
        "UPDATE repository SET name = NULL, deleted = clock_timestamp() WHERE id = $1 AND name IS NOT NULL")

    /// The default branch is the one the repository was made with, unless only the dumped repository's is there.
    private static let takeName = Statement.write(
        """
        UPDATE repository t SET name = $3, is_read_only = o.is_read_only, created = o.created,
            create_operation = o.create_operation, protected = o.protected, protection = o.protection,
            metadata = o.metadata,
            default_branch = CASE
                WHEN NOT EXISTS (
                    SELECT FROM ref f WHERE f.repository = $2 AND f.name = o.default_branch AND f.kind = 1 OFFSET 0
                ) AND EXISTS (
                    SELECT FROM ref f WHERE f.repository = $2 AND f.name = t.default_branch AND f.kind = 1 OFFSET 0
                ) THEN t.default_branch
                ELSE o.default_branch
            END
        FROM repository o WHERE o.id = $1 AND t.id = $2 AND t.name IS NULL AND t.deleted IS NULL
        """)

    private static let endRestore = Statement.write(
        """
        UPDATE job SET target = NULL, owner = NULL, lease_operation = NULL, ends = NULL, due = 'infinity', error = NULL,
            finished = clock_timestamp(), changed = clock_timestamp()
        WHERE repository = $1 AND id = $2
        """)

    private static let moveJobs = Statement.write("UPDATE job SET repository = $2 WHERE repository = $1")
}
