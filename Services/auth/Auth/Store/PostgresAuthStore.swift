package import Database
import Wire

/// Users, directory and credentials in Postgres.
package struct PostgresAuthStore: AuthStore {
    let database: Database

    package init(_ database: Database) { self.database = database }

    private static let selectCredential = Statement.read(
        "SELECT user_id, master_key_id, secret, name, expires, token_digest FROM credential WHERE access_key_id = $1")

    package func credential(
        _ accessKeyID: String, deadline: ContinuousClock.Instant
    ) async throws -> StoredCredential? {
        let rows = try await database.read(Self.selectCredential, [.text(accessKeyID)], deadline: deadline)
        guard let row = rows.first else { return nil }
        var session: StoredSession?
        if try !row.isNull(5) {
            session = try await self.session(accessKeyID, deadline: deadline)
            // It is over, or what its maker was known by is.
            if session == nil { return nil }
        }
        return StoredCredential(
            accessKeyID: accessKeyID, userID: try row.text(0),
            secret: SealedSecret(keyID: try row.text(1), bytes: try row.bytes(2)), name: try row.optionalText(3),
            expires: try row.optionalSeconds(4), session: session)
    }

    private static let selectSetup = Statement.read("SELECT 1 FROM setup")

    package func isInitialized(deadline: ContinuousClock.Instant) async throws -> Bool {
        try await !database.read(Self.selectSetup, deadline: deadline).isEmpty
    }

    /// The key of `setup` decides between rivals; the loser waits for the winner and then inserts nothing.
    private static let insertSetup = Statement.write(
        """
        WITH first AS (
            INSERT INTO setup (administrator) VALUES ($1) ON CONFLICT DO NOTHING RETURNING administrator
        ), administrator AS (
            INSERT INTO account (id) SELECT administrator FROM first RETURNING id
        ), member AS (
            INSERT INTO membership (group_id, user_id) SELECT 'Admins', id FROM administrator
        )
        INSERT INTO credential (access_key_id, user_id, master_key_id, secret)
        SELECT $2, id, $3, $4 FROM administrator RETURNING created
        """)

    package func setUp(_ credential: StoredCredential, deadline: ContinuousClock.Instant) async throws -> Int64? {
        let rows = try await database.exclusive(
            Self.insertSetup,
            [
                .text(credential.userID), .text(credential.accessKeyID), .text(credential.secret.keyID),
                .bytes(credential.secret.bytes),
            ], deadline: deadline)
        return try rows.first?.seconds(0)
    }

    private static let selectPurposeKeys = Statement.read(
        """
        SELECT number, master_key_id, key, created FROM purpose_key WHERE purpose = $1 ORDER BY number DESC
        """)

    package func purposeKeys(
        of purpose: String, deadline: ContinuousClock.Instant
    ) async throws -> [StoredPurposeKey] {
        let rows = try await database.read(Self.selectPurposeKeys, [.text(purpose)], deadline: deadline)
        return try rows.map { row in
            StoredPurposeKey(
                purpose: purpose, number: try row.int64(0),
                key: SealedSecret(keyID: try row.text(1), bytes: try row.bytes(2)), created: try row.int64(3))
        }
    }

    /// The primary key decides between rivals; only who wins drops what is over.
    private static let insertPurposeKey = Statement.write(
        """
        WITH made AS (
            INSERT INTO purpose_key (purpose, number, master_key_id, key, created) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT DO NOTHING RETURNING purpose
        ), dropped AS (
            DELETE FROM purpose_key d USING made m WHERE d.purpose = m.purpose AND d.created < $6
        )
        SELECT 1 FROM made
        """)

    package func add(
        _ key: StoredPurposeKey, removingCreatedBefore created: Int64, deadline: ContinuousClock.Instant
    ) async throws -> Bool {
        let rows = try await database.exclusive(
            Self.insertPurposeKey,
            [
                .text(key.purpose), .int64(key.number), .text(key.key.keyID), .bytes(key.key.bytes),
                .int64(key.created), .int64(created),
            ], deadline: deadline)
        return !rows.isEmpty
    }

    private static let selectMasterKeys = Statement.read(
        "SELECT DISTINCT master_key_id FROM credential ORDER BY 1 LIMIT $1")

    package func masterKeyIDs(limit: Int, deadline: ContinuousClock.Instant) async throws -> [String] {
        let rows = try await database.read(Self.selectMasterKeys, [.int64(Int64(limit))], deadline: deadline)
        return try rows.map { try $0.text(0) }
    }
}
