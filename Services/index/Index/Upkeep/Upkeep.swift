import Database
import Domain
import Logging
import Synchronization

/// What has to be done for the whole index from time to time, by one process at a time.
package final class Upkeep: Sendable {
    let catalog: Catalog
    private let lease: UpkeepLease
    private let collector: NodeCollector
    private let tasks = Mutex<[Task<Void, Never>]>([])
    /// When each rare round was last done by this process.
    private let rounds = Mutex(0)

    package init(_ catalog: Catalog) {
        self.catalog = catalog
        lease = UpkeepLease("upkeep", catalog.database, catalog.limits.lease * 3)
        collector = NodeCollector(catalog)
    }

    /// The collection of nodes, which may take long, does not hold up the rest.
    package func start() {
        let interval = catalog.limits.upkeepInterval
        let tasks = [
            repeatedly(every: interval) { await $0.round() },
            repeatedly(every: interval * Double(Self.rareRounds)) { await $0.collector.round() },
        ]
        self.tasks.withLock { $0 = tasks }
    }

    private func repeatedly(
        every interval: Duration, _ body: @escaping @Sendable (Upkeep) async -> Void
    ) -> Task<Void, Never> {
        Task { [weak self] in
            while !Task.isCancelled {
                // Processes that started together do not stay in step.
                try? await Task.sleep(for: interval * Double.random(in: 0.75...1.25))
                guard !Task.isCancelled, let self else { return }
                await body(self)
            }
        }
    }

    package func stop() async {
        let tasks = tasks.withLock { $0 }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
        await lease.giveUp()
        await collector.giveUp()
    }

    /// One round, if no other process is at it.
    package func round() async {
        let count = rounds.withLock { rounds in
            rounds += 1
            return rounds
        }
        await step("retired rows") { try await self.sweepRetired() }
        await step("operations") { try await self.sweepAnswers() }
        await step("uploads") { try await self.sweepUploads() }
        await step("jobs") { try await self.sweepJobs() }
        await step("repositories") { try await self.sweepRepositories() }
        if count % Self.rareRounds == 1 {
            await step("orphans") { try await self.retireOrphans() }
            await step("folds") { try await self.foldForgotten() }
        }
    }

    private static let rareRounds = 8

    private func step(_ name: String, _ body: () async throws -> Void) async {
        do {
            guard !Task.isCancelled, try await lease.hold() else { return }
            try await body()
        } catch {
            catalog.logger.info("upkeep was put off", metadata: ["step": "\(name)", "error": "\(error)"])
        }
    }

    var deadline: ContinuousClock.Instant { .now + .seconds(30) }
    private var retention: Parameter { .double(catalog.limits.retention.seconds) }

    /// Runs a statement that removes at most `sweepRows` rows until it finds no more.
    func repeatedly(_ statement: Statement, _ parameters: [Parameter]) async throws {
        let most = catalog.limits.sweepRows
        while true {
            let rows = try await catalog.database.exclusive(
                statement, parameters + [.int64(Int64(most))], deadline: deadline)
            guard rows.affected >= most, try await lease.hold() else { return }
            try Task.checkCancellation()
        }
    }
}

// Rows that nobody needs any more.
extension Upkeep {
    /// Removes the rows of tokens that were retired so long ago that no call can still read them.
    func sweepRetired() async throws {
        while true {
            let tokens = try await catalog.database.read(Self.selectRetired, [retention], deadline: deadline)
            for token in tokens {
                let key: [Parameter] = [.int64(try token.int64(0)), .uuid(try token.uuid(1))]
                try await repeatedly(Self.deleteRows, key)
                _ = try await catalog.database.exclusive(Self.deleteToken, key, deadline: deadline)
            }
            guard tokens.count == Self.tokensPerPage else { return }
        }
    }

    private static let tokensPerPage = 100

    private static let selectRetired = Statement.read(
        """
        SELECT t.repository, t.token FROM token t
        WHERE t.state = 3 AND t.since < clock_timestamp() - $1 * interval '1 second'
        ORDER BY t.since LIMIT \(tokensPerPage)
        """)

    private static let deleteRows = Statement.write(
        """
        DELETE FROM staged WHERE repository = $1 AND token = $2 AND key <= coalesce(
            (
                SELECT s.key FROM staged s WHERE s.repository = $1 AND s.token = $2
                ORDER BY s.key OFFSET $3::bigint - 1 LIMIT 1
            ), '\\xff'::bytea)
        """)

    private static let deleteToken = Statement.write(
        "DELETE FROM token WHERE repository = $1 AND token = $2 AND state = 3")

    /// Answers nobody asks for again, and tickets and pins of processes that ended.
    func sweepAnswers() async throws {
        try await repeatedly(
            Self.deleteAnswers, [.double(catalog.limits.operationRetention.seconds)])
        _ = try await catalog.database.exclusive(Self.deleteTurns, deadline: deadline)
        _ = try await catalog.database.exclusive(Self.deletePins, [retention], deadline: deadline)
    }

    private static let deleteAnswers = Statement.write(
        """
        WITH past (until) AS (SELECT clock_timestamp() - $1 * interval '1 second')
        DELETE FROM operation WHERE created < (SELECT until FROM past) AND created <= coalesce(
            (
                SELECT o.created FROM operation o WHERE o.created < (SELECT until FROM past)
                ORDER BY o.created OFFSET $2::bigint - 1 LIMIT 1
            ), (SELECT until FROM past))
            -- A job that goes on asks again, however late.
            AND NOT EXISTS (
                SELECT FROM job j
                WHERE j.repository = operation.repository AND j.id = operation.id AND j.finished IS NULL
            )
        """)
    private static let deleteTurns = Statement.write(
        "DELETE FROM turn WHERE ends < clock_timestamp() - interval '1 minute'")

    /// What a move that found its pin live publishes is to be seen before the pin goes.
    private static let deletePins = Statement.write(
        "DELETE FROM pin WHERE ends < clock_timestamp() - $1 * interval '1 second'")

    func sweepUploads() async throws {
        let age = Parameter.double(catalog.limits.uploadRetention.seconds)
        let over = try await catalog.database.read(Self.selectOver, [age], deadline: deadline)
        for row in over {
            let key: [Parameter] = [.int64(try row.int64(0)), .uuid(try row.uuid(1))]
            _ = try await catalog.database.exclusive(
                [Call(Self.deleteParts, key), Call(Self.deleteUpload, key)], deadline: deadline)
        }
    }

    private static let selectOver = Statement.read(
        """
        SELECT u.repository, u.id FROM upload u
        WHERE u.state IN (3, 4) AND u.changed < clock_timestamp() - $1 * interval '1 second'
        ORDER BY u.changed LIMIT 1000
        """)
    private static let deleteParts = Statement.write(
        "DELETE FROM upload_part WHERE repository = $1 AND upload = $2")

    /// The store may have joined the parts of one that was aborted, at an address whose hour clean-up is done with.
    private static let deleteUpload = Statement.write(
        """
        WITH gone AS (
            DELETE FROM upload WHERE repository = $1 AND id = $2 RETURNING repository, address, state
        )
        INSERT INTO marked_address (repository, address) SELECT g.repository, g.address FROM gone g WHERE g.state = 4
        ON CONFLICT (repository, address) DO NOTHING
        """)
}

// Deleted repositories, and what a process that ended left behind.
extension Upkeep {
    /// Removes what deleted repositories held, table by table, once their staged rows have gone with their tokens.
    func sweepRepositories() async throws {
        let deleted = try await catalog.database.read(Self.selectDeleted, [retention], deadline: deadline)
        for row in deleted {
            let id = Parameter.int64(try row.int64(0))
            _ = try await catalog.database.exclusive(
                [Call(Self.endJobs, [id]), Call(Self.dropTargets, [id]), Call(Self.retireTokens, [id])],
                deadline: deadline)
            try await sweepRetired()
            for statement in Self.deleteContents { try await repeatedly(statement, [id]) }
            _ = try await catalog.database.exclusive(Self.deleteRepository, [id], deadline: deadline)
        }
    }

    private static let selectDeleted = Statement.read(
        """
        SELECT r.id FROM repository r
        WHERE r.deleted IS NOT NULL AND r.deleted < clock_timestamp() - $1 * interval '1 second' LIMIT 10
        """)

    /// Waits for whoever is just filling a restore's place.
    private static let endJobs = Statement.write(
        "UPDATE job SET fencing = fencing + 1, ends = NULL, due = 'infinity' WHERE repository = $1")

    /// What was to be restored into the repository.
    private static let dropTargets = Statement.write(
        """
        UPDATE repository SET deleted = now()
        WHERE id = ANY (ARRAY(SELECT j.target FROM job j WHERE j.repository = $1 AND j.target IS NOT NULL))
            AND name IS NULL AND deleted IS NULL
        """)

    /// Nobody has written to them since the repository was deleted.
    private static let retireTokens = Statement.write(
        """
        UPDATE token SET state = 3, since = (SELECT r.deleted FROM repository r WHERE r.id = $1)
        WHERE repository = $1 AND state <> 3
        """)

    private static let deleteRepository = Statement.write(
        """
        DELETE FROM repository WHERE id = $1 AND deleted IS NOT NULL
            AND NOT EXISTS (SELECT FROM token t WHERE t.repository = $1 OFFSET 0)
        """)

    /// Tables by the next column of their key, in the order of which batches of rows go.
    private static let deleteContents = [
        ("ref", "name"), ("commit", "id"), ("node", "hash"), ("ref_log", "id"), ("operation", "id"), ("turn", "branch"),
        ("pin", "id"), ("upload_part", "upload"), ("upload", "id"), ("job", "id"), ("dumped", "job"),
        ("marked_address", "address"), ("pull", "id"),
    ].map { table, key in
        let keys = "SELECT x.\(key) FROM \(table) x WHERE x.repository = $1 ORDER BY x.\(key)"
        return Statement.write(
            """
            DELETE FROM \(table) WHERE repository = $1
                AND \(key) <= coalesce((\(keys) OFFSET $2::bigint - 1 LIMIT 1), (\(keys) DESC LIMIT 1))
            """)
    }

    /// Retires tokens that no branch names: of deleted branches and of resets whose process ended between two steps.
    func retireOrphans() async throws {
        _ = try await catalog.database.exclusive(Self.retireOrphans, deadline: deadline)
    }

    private static let retireOrphans = Statement.write(
        """
        UPDATE token t SET state = 3, since = now()
        WHERE t.state <> 3 AND t.since < clock_timestamp() - interval '5 minutes' AND NOT EXISTS (
            SELECT FROM ref f
            WHERE f.repository = t.repository AND f.name = t.name AND f.id = t.branch AND t.token = ANY (f.tokens)
            OFFSET 0
        )
        """)

    /// Folds branches whose many rows no process has counted: it ended, or many processes each staged a few.
    func foldForgotten() async throws {
        let rows = try await catalog.database.exclusive(
            Self.selectFull, [.int64(Int64(catalog.limits.foldRows))], deadline: deadline)
        for row in rows {
            guard try await lease.hold() else { return }
            try await catalog.fold(try row.name(0, RepositoryName.init), try row.name(1, BranchName.init))
        }
    }

    /// Leaps from token to token instead of going over their rows.
    private static let selectFull = Statement.read(
        """
        WITH RECURSIVE held (repository, token) AS (
            (SELECT s.repository, s.token FROM staged s ORDER BY s.repository, s.token LIMIT 1)
            UNION ALL
            SELECT n.repository, n.token FROM held h CROSS JOIN LATERAL (
                SELECT s.repository, s.token FROM staged s WHERE (s.repository, s.token) > (h.repository, h.token)
                ORDER BY s.repository, s.token LIMIT 1
            ) n
        )
        SELECT DISTINCT r.name, t.name FROM held h
        CROSS JOIN LATERAL (
            SELECT t.name FROM token t WHERE t.repository = h.repository AND t.token = h.token AND t.state <> 3 OFFSET 0
        ) t
        CROSS JOIN \(Lookup.repository("h.repository"))
        WHERE EXISTS (SELECT FROM staged s WHERE s.repository = h.repository AND s.token = h.token OFFSET $1::bigint)
        LIMIT 50
        """)
}
