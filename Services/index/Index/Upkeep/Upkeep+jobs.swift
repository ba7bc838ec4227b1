import Database
import Wire

/// Jobs that are done.
extension Upkeep {
    /// Removes what was written down for dumps that are done, and jobs that were done long ago.
    func sweepJobs() async throws {
        let kept = Parameter.double(catalog.limits.jobRetention.seconds)
        let done = try await catalog.database.read(Self.selectDone, [kept], deadline: deadline)
        for row in done {
            let key: [Parameter] = [.int64(try row.int64(0)), .uuid(try row.uuid(1))]
            for kind in DumpedKind.allCases {
                try await repeatedly(Self.deleteDumped, key + [.int64(kind.number)])
            }
            if try row.bool(2) { _ = try await catalog.database.exclusive(Self.deleteJob, key, deadline: deadline) }
        }
    }

    private static let selectDone = Statement.read(
        """
        SELECT j.repository, j.id, j.finished < clock_timestamp() - $1 * interval '1 second' FROM job j
        WHERE j.finished IS NOT NULL AND (
            j.finished < clock_timestamp() - $1 * interval '1 second'
            OR EXISTS (SELECT FROM dumped d WHERE d.repository = j.repository AND d.job = j.id OFFSET 0)
        )
        ORDER BY j.finished LIMIT 100
        """)

    private static let deleteDumped: Statement = {
        let names =
            "SELECT d.name FROM dumped d WHERE d.repository = $1 AND d.job = $2 AND d.kind = $3::bigint ORDER BY d.name"
        return Statement.write(
            """
            DELETE FROM dumped WHERE repository = $1 AND job = $2 AND kind = $3::bigint
                AND name <= coalesce((\(names) OFFSET $4::bigint - 1 LIMIT 1), (\(names) DESC LIMIT 1))
            """)
    }()

    private static let deleteJob = Statement.write(
        "DELETE FROM job WHERE repository = $1 AND id = $2 AND finished IS NOT NULL")
}
