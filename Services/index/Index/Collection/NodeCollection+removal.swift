import Database
import VersionTree

/// What becomes of the nodes of a part.
extension NodeCollection {
    /// Removes those that an earlier mark did not reach either, and notes down those that this one was the first not to.
    func settle(_ part: [Candidate], _ unreached: Set<NodeHash>, _ mark: Mark) async throws -> Int {
        _ = try await young.change(part.filter { $0.isLost && !unreached.contains($0.hash) }.map(\.hash), Self.find)
        let lost = part.filter { $0.isLost && unreached.contains($0.hash) }.map(\.hash)
        let removed = try await remove(lost, mark)
        _ = try await young.change(
            Array(unreached), Self.lose,
            [.timestamp(milliseconds: mark.quietSince), .double(limits.quiet.seconds)])
        return removed
    }

    /// Of nodes that the mark did not reach, removes those that may go.
    func remove(_ hashes: [NodeHash], _ mark: Mark) async throws -> Int {
        try await young.change(
            hashes, Self.remove,
            [
                .timestamp(milliseconds: mark.begun), .double(limits.markGap.seconds), .double(limits.quiet.seconds),
            ])
    }

    private static let find = Statement.write(
        """
        UPDATE node SET lost = NULL
        WHERE repository = $1 AND hash = $2 AND NOT kept AND \(Durability.withWhatFollows)
        """)

    /// Also anew where it was written again since.
    private static let lose = Statement.write(
        """
        UPDATE node n SET lost = clock_timestamp()
        WHERE n.repository = $1 AND n.hash = $2 AND NOT n.kept AND n.seen < $3
            AND (n.lost IS NULL OR n.seen >= n.lost - $4 * interval '1 second') AND \(Durability.withWhatFollows)
        """)

    /// A writer that is just at a node needs it. Without waiting for writers, nobody waits in a circle.
    static let remove = Statement.write(
        """
        DELETE FROM node d WHERE d.repository = $1 AND \(Durability.withWhatFollows) AND d.hash = (
            SELECT n.hash FROM node n
            WHERE n.repository = $1 AND n.hash = $2 AND NOT n.kept
                AND n.lost < $3::timestamptz - $4 * interval '1 second' AND n.seen < n.lost - $5 * interval '1 second'
            FOR UPDATE SKIP LOCKED
        )
        """)
}
