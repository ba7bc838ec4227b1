import Database
import VersionTree

/// What commits reach, which is for ever: it is found once.
extension NodeCollection {
    /// Marks the young nodes of all commits as kept, a node not before everything below it: so where one is, nothing below
    /// needs to be looked at ever again, wherever this is broken off.
    func keepCommits() async throws {
        var after: [UInt8] = []
        while true {
            let rows = try await run(
                Self.selectCommits, [.bytes(after), .int64(Int64(Self.commitsPerPage) - 1), .bytes(Self.lastHash)])
            try await young.walk(try rows.compactMap { try $0.optionalDigest(1) }) {
                _ = try await young.change($0, Self.keep)
            }
            guard let last = try rows.first?.optionalBytes(0) else { return }
            after = last
            try await young.checkpoint()
        }
    }

    private static let commitsPerPage = 10_000
    private static let lastHash = [UInt8](repeating: 0xff, count: 32)

    /// The last commit of the page, NULL on the last page, with the roots that are not kept, or one NULL. One that is missing
    /// is among them, lest what is below it is taken for something that nobody needs.
    static let selectCommits = Statement.read(
        """
        WITH last (id) AS MATERIALIZED (
            SELECT c.id FROM commit c WHERE c.repository = $1 AND c.id > $2 ORDER BY c.id OFFSET $3 LIMIT 1
        )
        SELECT (SELECT l.id FROM last l), r.root FROM (SELECT 1) AS one
        LEFT JOIN LATERAL (
            SELECT c.root FROM commit c
            WHERE c.repository = $1 AND c.id > $2 AND c.id <= coalesce((SELECT l.id FROM last l), $4)
                AND c.root IS NOT NULL AND NOT EXISTS (
                    SELECT FROM node n WHERE n.repository = $1 AND n.hash = c.root AND n.kept
                    ORDER BY n.hash OFFSET 0
                )
            ORDER BY c.id
        ) r ON true
        """)

    static let keep = Statement.write(
        """
        UPDATE node SET kept = true, lost = NULL
        WHERE repository = $1 AND hash = $2 AND NOT kept AND \(Durability.withWhatFollows)
        """)
}
