import Database
import Domain
package import JSONCodec
package import Wire

/// Jobs: leased by the database's clock; every change names the fencing number of the lease it is made under.
extension Catalog {
    package func leaseJob(_ request: LeaseJob.Request, _ context: CallContext) async throws -> LeasedJob {
        let deadline = deadline(context)
        let kinds = Parameter.texts(request.kinds.map(\.rawValue))
        let (operation, length) = (Parameter.id(request.operationID), Parameter.double(limits.jobLease.seconds))
        let held = try await database.exclusive(Self.leaseAgain, [kinds, operation, length], deadline: deadline)
        if let row = held.first { return LeasedJob(job: try job(row)) }
        let rows = try await database.exclusive(
            Self.lease, [kinds, .text(request.owner), operation, length], deadline: deadline)
        return LeasedJob(job: try rows.first.map { try job($0) })
    }

    private func job(_ row: Row) throws -> Job {
        guard let kind = JobKind(rawValue: try row.text(1)) else { throw RPCError.corrupted("job") }
        let repository = try row.int64(0)
        return Job(
            id: JobID(repository, try row.uuid(7)).string, kind: kind, repositoryID: repository,
            repository: try row.name(2, RepositoryName.init), storageNamespace: try row.namespace(3),
            fencing: try row.int64(4),
            leaseMilliseconds: max(0, Int64((try row.double(5) * 1_000).rounded(.down))), progress: try row.text(6),
            request: try row.text(8))
    }

    package func heartbeatJob(_ request: HeartbeatJob.Request, _ context: CallContext) async throws -> Nothing {
        let id = try jobID(request.jobID)
        let rows = try await database.exclusive(
            Self.extendLease,
            id.parameters + [
                .int64(request.fencing), .text(request.progress), .double(limits.jobLease.seconds),
            ], deadline: deadline(context))
        try await checkHeld(rows, id, deadline(context))
        return Nothing()
    }

    package func finishJob(_ request: FinishJob.Request, _ context: CallContext) async throws -> Nothing {
        let id = try jobID(request.jobID)
        let rows = try await database.exclusive(
            Self.endLease,
            id.parameters + [
                .int64(request.fencing), .text(request.progress), .nullable(request.error),
                .double(request.againAfterSeconds.map(Double.init) ?? limits.cleanUpInterval.seconds),
                .bool(request.againAfterSeconds == nil), .nullable(request.result),
            ], deadline: deadline(context))
        try await checkHeld(rows, id, deadline(context))
        return Nothing()
    }

    func jobID(_ text: String) throws -> JobID {
        guard let id = JobID(text) else { throw RPCError.jobNotFound }
        return id
    }

    /// - Throws: `conflict` where the lease is another's by now, `notFound` where there is no such job.
    func checkHeld(_ rows: Rows, _ id: JobID, _ deadline: ContinuousClock.Instant) async throws {
        guard rows.affected == 0 else { return }
        let found = try await database.read(Self.findJob, id.parameters, deadline: deadline)
        throw found.isEmpty ? RPCError.jobNotFound : .leaseLost
    }

    /// The lease that the same asking was given before, as long as a new one: its holder reckons with that.
    private static let leaseAgain = Statement.write(
        """
        WITH held AS (
            UPDATE job j SET ends = clock_timestamp() + $3 * interval '1 second'
            WHERE j.kind = ANY ($1::text[]) AND j.lease_operation = $2 AND j.ends > clock_timestamp()
            RETURNING j.repository, j.kind, j.fencing, j.progress, j.id, j.request
        )
        SELECT h.repository, h.kind, r.name, r.namespace, h.fencing, $3::float8, h.progress, h.id, h.request
        FROM held h CROSS JOIN \(Lookup.repository("h.repository"))
        """)

    private static let lease = Statement.write(
        """
        WITH due AS (
            SELECT j.repository, j.id FROM job j
            WHERE j.kind = ANY ($1::text[]) AND j.due <= clock_timestamp()
                AND (j.ends IS NULL OR j.ends <= clock_timestamp())
                AND EXISTS (
                    SELECT FROM repository r WHERE r.id = j.repository AND r.name IS NOT NULL OFFSET 0
                )
            ORDER BY j.due LIMIT 1
            FOR UPDATE OF j SKIP LOCKED
        ), leased AS (
            UPDATE job j SET owner = $2, lease_operation = $3, fencing = j.fencing + 1,
                ends = clock_timestamp() + $4 * interval '1 second'
            WHERE j.repository = (SELECT d.repository FROM due d) AND j.id = (SELECT d.id FROM due d)
            RETURNING j.repository, j.kind, j.fencing, j.progress, j.id, j.request
        )
        SELECT l.repository, l.kind, r.name, r.namespace, l.fencing, $4::float8, l.progress, l.id, l.request
        FROM leased l CROSS JOIN \(Lookup.repository("l.repository"))
        """)

    private static let extendLease = Statement.write(
        """
        UPDATE job SET progress = $4, ends = clock_timestamp() + $5 * interval '1 second', changed = clock_timestamp()
        WHERE repository = $1 AND id = $2 AND fencing = $3 AND ends > clock_timestamp()
        """)

    /// A finished run keeps its fencing number, so that finishing it again changes nothing. What a restore that failed has
    /// filled so far is removed by the upkeep.
    private static let endLease = Statement.write(
        """
        WITH ended AS (
            UPDATE job SET progress = $4, error = $5, owner = NULL, lease_operation = NULL, ends = NULL,
                due = CASE
                    WHEN ends IS NULL THEN due
                    WHEN $7 AND kind <> 'cleanUnstaged' THEN 'infinity'
                    ELSE clock_timestamp() + $6 * interval '1 second'
                END,
                finished = CASE WHEN $7 AND kind <> 'cleanUnstaged' THEN coalesce(finished, clock_timestamp()) END,
                result = $8, changed = CASE WHEN ends IS NULL THEN changed ELSE clock_timestamp() END
            WHERE repository = $1 AND id = $2 AND fencing = $3
            RETURNING target, finished
        ), dropped AS (
            UPDATE repository SET deleted = clock_timestamp()
            WHERE id = (SELECT e.target FROM ended e WHERE e.finished IS NOT NULL) AND name IS NULL AND deleted IS NULL
        )
        SELECT 1 FROM ended
        """)

    private static let findJob = Statement.read("SELECT 1 FROM job WHERE repository = $1 AND id = $2")
}
