import Database
import Domain
import Wire

/// How pull requests are read.
enum PullRows {
    private static let columns =
        "p.id, p.state::bigint, p.title, p.description, p.author, p.source, p.destination, p.created, p.closed, p.merged"

    /// One row of NULLs where the repository has no such pull request.
    static let one = Statement.read(
        """
        SELECT \(columns) FROM repository r
        LEFT JOIN LATERAL (SELECT p.* FROM pull p WHERE p.repository = r.id AND p.id = $2 OFFSET 0) p ON true
        WHERE r.name = $1
        """)

    static let all = page("true")
    static let open = page("p.state = 1")
    static let over = page("p.state <> 1")

    /// Without any, one row of NULLs tells that the repository exists.
    private static func page(_ condition: String) -> Statement {
        Statement.read(
            """
            SELECT \(columns) FROM repository r
            LEFT JOIN LATERAL (
                SELECT p.* FROM pull p WHERE p.repository = r.id AND p.id > $2 AND p.id >= $3 AND p.id < $4 AND \(condition)
                ORDER BY p.id LIMIT $5
            ) p ON true
            WHERE r.name = $1
            """)
    }

    /// Nil for a row of NULLs.
    static func read(_ row: Row) throws -> PullRequest? {
        if try row.isNull(0) { return nil }
        let state = try row.int64(1)
        return PullRequest(
            id: try PullRequestID(try row.text(0)), state: state == 1 ? .open : state == 2 ? .closed : .merged,
            title: try row.text(2), text: try row.text(3), author: try row.text(4),
            source: try row.name(5, BranchName.init), destination: try row.name(6, BranchName.init),
            created: try row.timestampMilliseconds(7), closed: try row.optionalTimestampMilliseconds(8),
            mergedCommit: try row.optionalDigest(9).map { CommitID($0) })
    }
}
