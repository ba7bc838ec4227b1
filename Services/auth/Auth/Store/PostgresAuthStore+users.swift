import Database
package import Wire

extension PostgresAuthStore {
    /// Holds a user until the end of a transaction, so that what is counted of it stays as it was.
    static let lockUser = Statement.write("SELECT id FROM account WHERE id = $1 FOR NO KEY UPDATE")
    /// As `lockUser`, for a group.
    static let lockGroup = Statement.write("SELECT id FROM user_group WHERE id = $1 FOR NO KEY UPDATE")

    /// Runs a statement whose first parameters are `after`, first id, last id, and how many rows: one more than the page
    /// holds, to tell whether there are more.
    func page<Value: Codable & Hashable & Sendable>(
        _ statement: Statement, _ range: ListRange, _ further: [Parameter], _ deadline: ContinuousClock.Instant,
        _ read: (Row) throws -> Value
    ) async throws -> Listed<Value> {
        // Behind every id with the prefix in the order of bytes: no id is that long, and no character is greater.
        let last = range.prefix + String(repeating: "\u{10FFFF}", count: 300)
        let rows = try await database.read(
            statement,
            [.text(range.after), .text(range.prefix), .text(last), .int64(Int64(range.amount) + 1)] + further,
            deadline: deadline)
        return Listed(results: try rows.prefix(range.amount).map(read), hasMore: rows.count > range.amount)
    }

    // MARK: Users

    private static let selectUsers = Statement.read(
        """
        SELECT id, created, friendly_name, email, external_id, source FROM account
        WHERE id > $1 AND id >= $2 AND id <= $3 ORDER BY id LIMIT $4
        """)

    package func users(_ range: ListRange, deadline: ContinuousClock.Instant) async throws -> Listed<User> {
        try await page(Self.selectUsers, range, [], deadline) { try Self.user($0) }
    }

    private static let selectUser = Statement.read(
        "SELECT id, created, friendly_name, email, external_id, source FROM account WHERE id = $1")

    package func user(_ id: String, deadline: ContinuousClock.Instant) async throws -> User? {
        try await database.read(Self.selectUser, [.text(id)], deadline: deadline).first.map { try Self.user($0) }
    }

    static func user(_ row: Row) throws -> User {
        User(
            id: try row.text(0), created: try row.seconds(1), friendlyName: try row.optionalText(2),
            email: try row.optionalText(3), externalID: try row.optionalText(4), source: try row.optionalText(5))
    }

    static let insertUser = Statement.write(
        """
        INSERT INTO account (id, friendly_name, email, external_id, source) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING RETURNING id, created, friendly_name, email, external_id, source
        """)

    package func add(_ user: User, deadline: ContinuousClock.Instant) async throws -> User {
        let rows = try await database.exclusive(Self.insertUser, Self.row(of: user), deadline: deadline)
        guard let row = rows.first else { throw RPCError.taken("user") }
        return try Self.user(row)
    }

    static func row(of user: User) -> [Parameter] {
        [
            .text(user.id), .nullable(user.friendlyName), .nullable(user.email), .nullable(user.externalID),
            .nullable(user.source),
        ]
    }

    // MARK: Removal

    /// How many administrators there are, and whether the user is one; those who take one away come here one by one.
    private static let selectAdministrators = Statement.write(
        """
        SELECT (SELECT count(*) FROM membership WHERE group_id = 'Admins'),
            EXISTS (SELECT 1 FROM membership WHERE group_id = 'Admins' AND user_id = $1)
        """)

    private static let deleteUser = Statement.write("DELETE FROM account WHERE id = $1")

    package func removeUser(_ id: String, deadline: ContinuousClock.Instant) async throws {
        try await keepingAdministrator(id, deadline) { transaction in
            guard try await transaction.run(Self.deleteUser, [.text(id)]).affected > 0 else {
                throw RPCError.missing("user")
            }
        }
    }

    /// Runs a change that takes a member from the administrators, unless it is the last.
    func keepingAdministrator(
        _ user: String, _ deadline: ContinuousClock.Instant, _ change: (Transaction) async throws -> Void
    ) async throws {
        try await database.transaction(deadline: deadline) { transaction in
            _ = try await transaction.run(Self.lockGroup, [.text(BaseDirectory.administrators)])
            let row = try await transaction.run(Self.selectAdministrators, [.text(user)]).first
            if let row, try row.bool(1), try row.int64(0) == 1 { throw RPCError.lastAdministrator }
            try await change(transaction)
        }
    }
}
