import Database
import Domain
import VersionTree
import Wire

/// Deleting a repository on the condition that there is nothing in it, decided against everything that is under way.
extension Catalog {
    /// - Returns: whether it was deleted; if not, its row is not there to be deleted.
    /// - Throws: `preconditionFailed` where there is something in it.
    func deleteEmpty(
        _ request: DeleteRepository.Request, _ context: CallContext, _ deadline: ContinuousClock.Instant
    ) async throws -> Bool {
        var attempt = 0
        while true {
            let found = try await database.read(Self.selectRepositoryID, [.name(request.name)], deadline: deadline)
            guard let id = try found.first?.int64(0) else { return false }
            // Whoever writes to a repository that is not empty is not held up.
            let contents = [Parameter.int64(id), .root(Tree.emptyRoot)]
            let before = try await database.exclusive(Self.selectContents, contents, deadline: deadline)
            if try Self.hasTree(before) { try await foldTombstones(request.name, contents, context, deadline) }
            do {
                try await database.transaction(deadline: deadline) { transaction in
                    let rows = try await transaction.pipeline([
                        Call(Self.holdAllBranches, [.int64(id)]),
                        Call(Self.closeAllTokens, [.int64(id)]),
                        Call(
                            Self.deleteRepository,
                            [.name(request.name), .bool(request.force), .id(request.operationID)]),
                        Call(Self.selectContents, contents),
                    ])
                    // Whatever is not deleted is left as it was.
                    guard try rows[2].first?.int64(0) == id else { throw Refused() }
                    if try Self.hasTree(rows[3]) || rows[3][0].bool(0) { throw Changed() }
                }
                return true
            } catch is Refused {
                return false
            } catch is Changed {
                attempt += 1
                try await pause(attempt, until: deadline)
            }
        }
    }

    /// A tree came to be, or a branch was made behind the closing of the tokens, which may be written to.
    private struct Changed: Error {}

    /// It is read-only, was made again, or the same call has deleted it before.
    private struct Refused: Error {}

    /// - Returns: whether there is a tree that is not empty.
    /// - Throws: `preconditionFailed` where there is something else.
    private static func hasTree(_ rows: Rows) throws -> Bool {
        guard let row = rows.first else { return false }
        if try row.bool(1) || row.bool(2) { throw RPCError.holdsHistory }
        if try row.bool(3) { throw RPCError.holdsUploads }
        if try row.bool(5) { throw RPCError.holdsObjects }
        return try row.bool(4)
    }

    /// Folds the tombstones of branches that hide all of a tree, which then is empty.
    ///
    /// - Throws: `preconditionFailed` where a branch shows something.
    private func foldTombstones(
        _ repository: RepositoryName, _ contents: [Parameter], _ context: CallContext,
        _ deadline: ContinuousClock.Instant
    ) async throws {
        for row in try await database.exclusive(Self.selectTrees, contents, deadline: deadline) {
            let branch = try row.name(0, BranchName.init)
            let request = ListObjects.Request(
                repository: repository, reference: RefExpression(branch: branch), range: ListRange(amount: 1),
                delimiter: "")
            guard try await listObjects(request, context).page.rows.isEmpty else { throw RPCError.holdsObjects }
            try await fold(repository, branch)
        }
    }

    private static let selectRepositoryID = Statement.read("SELECT r.id FROM repository r WHERE r.name = $1")

    /// Moves of branches that are under way are waited for, those behind them find another version and begin anew.
    static let holdAllBranches = Statement.write(
        "UPDATE ref SET version = version + 1 WHERE repository = $1 AND kind = 1")

    /// Waits for the writes under way; the next ones find no open token, and then no repository. In the order of the branches'
    /// names, as writes that share a transaction.
    static let closeAllTokens = Statement.write(
        """
        UPDATE token t SET state = 2, since = now()
        FROM (
            SELECT f.repository, unnest(f.tokens) AS token FROM ref f WHERE f.repository = $1 AND f.kind = 1
            ORDER BY f.name OFFSET 0
        ) f
        WHERE t.repository = f.repository AND t.token = f.token AND t.state = 1
        """)

    private static let selectTrees = Statement.write(
        """
        SELECT f.name FROM ref f
        WHERE f.repository = $1 AND f.kind = 1 AND coalesce(f.working_root, f.head_root, $2) <> $2 ORDER BY f.name
        """)

    /// Whether there is an open token, a tag, a second commit, an upload, a tree that is not empty, a staged entry that no
    /// tombstone hides.
    private static let selectContents = Statement.write(
        """
        SELECT
            EXISTS (
                SELECT FROM ref f CROSS JOIN \(Lookup.anyOpenToken)
                WHERE f.repository = $1 AND f.kind = 1 ORDER BY f.name OFFSET 0
            ),
            EXISTS (SELECT FROM ref f WHERE f.repository = $1 AND f.kind = 2 ORDER BY f.name OFFSET 0),
            EXISTS (SELECT FROM commit c WHERE c.repository = $1 ORDER BY c.id OFFSET 1),
            EXISTS (
                SELECT FROM upload u WHERE u.repository = $1 AND u.state IN (1, 2) ORDER BY u.path, u.id OFFSET 0
            ),
            EXISTS (
                SELECT FROM ref f
                WHERE f.repository = $1 AND f.kind = 1 AND coalesce(f.working_root, f.head_root, $2) <> $2
                ORDER BY f.name OFFSET 0
            ),
            EXISTS (
                SELECT FROM ref f
                CROSS JOIN LATERAL (
                    SELECT FROM staged s
                    WHERE s.repository = f.repository AND s.branch = f.id AND s.token = ANY (f.tokens)
                        AND s.entry IS NOT NULL AND NOT EXISTS (
                            SELECT FROM staged n
                            WHERE n.repository = s.repository AND n.branch = s.branch AND n.key >= s.key AND n.key <= s.key
                                AND array_position(f.tokens, n.token) < array_position(f.tokens, s.token)
                            ORDER BY n.key OFFSET 0
                        )
                    ORDER BY s.key LIMIT 1
                ) s
                WHERE f.repository = $1 AND f.kind = 1 ORDER BY f.name OFFSET 0
            )
        """)
}
