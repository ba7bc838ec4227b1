import Database
import VersionTree

/// What becomes of the nodes of a part.
extension NodeCollection {
    /// Removes those that an earlier mark did not reach either, and notes down those that this one was the first not to.
    func settle(_ part: [Candidate], _ unreached: Set<NodeHash>, _ mark: Mark) async throws -> Int {
        let found = part.filter { $0.isLost && !unreached.contains($0.hash) }.map(\.hash)
        for batch in found.split(Self.nodesPerStatement) { _ = try await run(Self.find, [.hashes(batch)]) }
        var removed = 0
        for batch in unreached.sorted().split(Self.nodesPerStatement) {
            removed += try await remove(batch, mark)
            _ = try await run(
                Self.lose, [.hashes(batch), .timestamp(milliseconds: mark.quietSince), .double(limits.quiet.seconds)])
            try await young.checkpoint()
        }
        return removed
    }

    /// Of nodes that the mark did not reach, removes those that may go.
    func remove(_ hashes: [NodeHash], _ mark: Mark) async throws -> Int {
        let rows = try await run(
            Self.remove,
            [
                .hashes(hashes), .timestamp(milliseconds: mark.begun), .double(limits.markGap.seconds),
                .double(limits.quiet.seconds),
            ])
        return rows.affected
    }

    /// Writers wait for one of these statements at the most.
    private static let nodesPerStatement = 500

    private static let find = Statement.write(
        """
        UPDATE node SET lost = NULL
        WHERE repository = $1 AND hash = ANY ($2::bytea[]) AND NOT kept AND \(Durability.withWhatFollows)
        """)

    /// Also anew where it was written again since.
    private static let lose = Statement.write(
        """
        UPDATE node n SET lost = clock_timestamp()
        WHERE n.repository = $1 AND n.hash = ANY ($2::bytea[]) AND NOT n.kept AND n.seen < $3
            AND (n.lost IS NULL OR n.seen >= n.lost - $4 * interval '1 second') AND \(Durability.withWhatFollows)
        """)

    /// A writer that is just at a node needs it. Without waiting for writers, nobody waits in a circle.
    static let remove = Statement.write(
        """
        DELETE FROM node d WHERE d.repository = $1 AND d.hash = ANY (ARRAY(
            SELECT n.hash FROM node n
            WHERE n.repository = $1 AND n.hash = ANY ($2::bytea[]) AND NOT n.kept
                AND n.lost < $3::timestamptz - $4 * interval '1 second' AND n.seen < n.lost - $5 * interval '1 second'
            ORDER BY n.hash FOR UPDATE SKIP LOCKED
        )) AND \(Durability.withWhatFollows)
        """)
}
