import Database

/// Keeps work for the whole index to one process at a time. Nothing goes wrong where two do it: it would only be in vain.
struct UpkeepLease: Sendable {
    private let name: String
    private let owner = UUIDBytes.random()
    private let database: Database
    private let term: Duration

    init(_ name: String, _ database: Database, _ term: Duration) {
        self.name = name
        self.database = database
        self.term = term
    }

    /// Takes or renews it; false where another process has it.
    func hold() async throws -> Bool {
        let rows = try await database.write(
            Self.take, [.text(name), .uuid(owner), .double(term.seconds)], deadline: .now + .seconds(30))
        return rows.affected == 1
    }

    func giveUp() async {
        _ = try? await database.write(Self.end, [.text(name), .uuid(owner)], deadline: .now + .seconds(2))
    }

    private static let take = Statement.write(
        """
        INSERT INTO lease AS l (name, owner, ends) VALUES ($1, $2, clock_timestamp() + $3 * interval '1 second')
        ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, ends = excluded.ends
        WHERE l.ends <= clock_timestamp() OR l.owner = excluded.owner
        """)
    private static let end = Statement.write("DELETE FROM lease WHERE name = $1 AND owner = $2")
}
