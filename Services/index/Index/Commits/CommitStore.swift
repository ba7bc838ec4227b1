import Cryptography
import Database
import Wire

/// The commits of one repository, for the time of one call.
struct CommitStore: Sendable {
    let database: Database
    let cache: CommitCache
    let repository: Int64
    let deadline: ContinuousClock.Instant

    /// - Throws: `notFound`
    func commit(_ id: SHA256Digest) async throws -> CommitRecord {
        guard let commit = try await find(id) else { throw RPCError.commitNotFound }
        return commit
    }

    func find(_ id: SHA256Digest) async throws -> CommitRecord? {
        if let commit = cache.commit(repository, id) { return commit }
        let rows = try await database.read(Self.select, [.int64(repository), .hash(id)], deadline: deadline)
        return try rows.first.map { try remember($0) }
    }

    /// The commit, for a walk that will go on to its ancestors: some of those are read along with it.
    func commitForWalk(_ id: SHA256Digest) async throws -> CommitRecord {
        if let commit = cache.commit(repository, id) { return commit }
        let rows = try await database.read(
            Self.selectAncestors, [.int64(repository), .hash(id), .int64(Int64(Self.readAhead))], deadline: deadline)
        var found: CommitRecord?
        for row in rows {
            let commit = try remember(row)
            if commit.id == id { found = commit }
        }
        guard let found else { throw RPCError.commitNotFound }
        return found
    }

    private func remember(_ row: Row) throws -> CommitRecord {
        let commit = try CommitRecord(row)
        cache.insert(repository, commit)
        return commit
    }

    /// How many commits are read at once on a walk.
    private static let readAhead = 256

    private static let select = Statement.read(
        "SELECT \(CommitRecord.columns) FROM commit c WHERE c.repository = $1 AND c.id = $2")

    /// The limit ends the recursion: only as many rows are made as are asked for.
    private static let selectAncestors = Statement.read(
        """
        WITH RECURSIVE walk (id) AS (
            SELECT $2::bytea
            UNION
            SELECT p.id FROM walk w
            CROSS JOIN LATERAL (
                SELECT unnest(c.parents) AS id FROM commit c WHERE c.repository = $1 AND c.id = w.id
            ) p
        ), page AS (SELECT id FROM walk LIMIT $3)
        SELECT \(CommitRecord.columns) FROM page s
        CROSS JOIN \(Lookup.commit("s.id", of: "$1"))
        """)
}
