import Database
package import Wire

extension PostgresAuthStore {
    private static let insertCredential = Statement.write(
        """
        INSERT INTO credential (access_key_id, user_id, master_key_id, secret, name, expires)
        SELECT $2, id, $3, $4, $5, $6 FROM account
        WHERE id = $1 AND (
            SELECT count(*) FROM credential WHERE user_id = $1 AND token_digest IS NULL) < $7 RETURNING created
        """)

    package func add(_ credential: StoredCredential, deadline: ContinuousClock.Instant) async throws -> Int64? {
        let limit = DirectoryLimits.keysOfUser
        let answers = try await database.exclusive(
            [
                Call(Self.lockUser, [.text(credential.userID)]),
                Call(
                    Self.insertCredential,
                    [
                        .text(credential.userID), .text(credential.accessKeyID), .text(credential.secret.keyID),
                        .bytes(credential.secret.bytes), .nullable(credential.name),
                        credential.expires.map { .timestamp(milliseconds: $0 * 1000) } ?? .null, .int64(Int64(limit)),
                    ]),
            ], deadline: deadline)
        guard !answers[0].isEmpty else { return nil }
        guard let row = answers[1].first else { throw RPCError.tooMany("access keys", limit, of: "user") }
        return try row.seconds(0)
    }

    private static let selectCredentials = Statement.read(
        """
        SELECT access_key_id, created, name, expires, last_used FROM credential
        WHERE token_digest IS NULL AND user_id = $5 AND access_key_id > $1 AND access_key_id >= $2 AND access_key_id <= $3
        ORDER BY access_key_id LIMIT $4
        """)

    package func credentials(
        of user: String, _ range: ListRange, deadline: ContinuousClock.Instant
    ) async throws -> Listed<Credential> {
        try await page(Self.selectCredentials, range, [.text(user)], deadline) { try Self.credential($0) }
    }

    private static let selectShownCredential = Statement.read(
        """
        SELECT access_key_id, created, name, expires, last_used FROM credential
        WHERE user_id = $1 AND access_key_id = $2 AND token_digest IS NULL
        """)

    package func credential(
        _ accessKeyID: String, of user: String, deadline: ContinuousClock.Instant
    ) async throws -> Credential? {
        try await database.read(
            Self.selectShownCredential, [.text(user), .text(accessKeyID)], deadline: deadline
        ).first.map { try Self.credential($0) }
    }

    static func credential(_ row: Row) throws -> Credential {
        Credential(
            accessKeyID: try row.text(0), created: try row.seconds(1), name: try row.optionalText(2),
            expires: try row.optionalSeconds(3), lastUsed: try row.optionalSeconds(4))
    }

    private static let deleteCredential = Statement.write(
        "DELETE FROM credential WHERE user_id = $1 AND access_key_id = $2 AND token_digest IS NULL")

    package func removeCredential(
        _ accessKeyID: String, of user: String, deadline: ContinuousClock.Instant
    ) async throws {
        let rows = try await database.exclusive(
            Self.deleteCredential, [.text(user), .text(accessKeyID)], deadline: deadline)
        guard rows.affected > 0 else { throw RPCError.missing("credential") }
    }

    private static let updateUsed = Statement.write(
        "UPDATE credential SET last_used = now() WHERE access_key_id = $1")

    package func used(_ accessKeyID: String, deadline: ContinuousClock.Instant) async throws {
        _ = try await database.exclusive(Self.updateUsed, [.text(accessKeyID)], deadline: deadline)
    }
}

extension Row {
    /// Seconds since 1970 of a time.
    func seconds(_ column: Int) throws -> Int64 {
        try timestampMilliseconds(column).quotientAndRemainder(dividingBy: 1000).quotient
    }

    func optionalSeconds(_ column: Int) throws -> Int64? {
        try isNull(column) ? nil : try seconds(column)
    }
}
