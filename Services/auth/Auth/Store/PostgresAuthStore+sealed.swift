import Database

extension PostgresAuthStore {
    private static let selectCredentials = Statement.read(
        """
        SELECT access_key_id, user_id, master_key_id, secret FROM credential WHERE master_key_id <> $1
        ORDER BY access_key_id LIMIT $2
        """)

    package func credentials(
        notSealedBy keyID: String, limit: Int, deadline: ContinuousClock.Instant
    ) async throws -> [StoredCredential] {
        let rows = try await database.read(
            Self.selectCredentials, [.text(keyID), .int64(Int64(limit))], deadline: deadline)
        return try rows.map { row in
            StoredCredential(
                accessKeyID: try row.text(0), userID: try row.text(1),
                secret: SealedSecret(keyID: try row.text(2), bytes: try row.bytes(3)))
        }
    }

    private static let selectSealedKeys = Statement.read(
        """
        SELECT purpose, number, master_key_id, key, created FROM purpose_key WHERE master_key_id <> $1
        ORDER BY purpose, number LIMIT $2
        """)

    package func purposeKeys(
        notSealedBy keyID: String, limit: Int, deadline: ContinuousClock.Instant
    ) async throws -> [StoredPurposeKey] {
        let rows = try await database.read(
            Self.selectSealedKeys, [.text(keyID), .int64(Int64(limit))], deadline: deadline)
        return try rows.map { row in
            StoredPurposeKey(
                purpose: try row.text(0), number: try row.int64(1),
                key: SealedSecret(keyID: try row.text(2), bytes: try row.bytes(3)), created: try row.int64(4))
        }
    }

    private static let resealCredential = Statement.write(
        """
        UPDATE credential SET master_key_id = $4, secret = $5
        WHERE access_key_id = $1 AND master_key_id = $2 AND secret = $3
        """)

    package func reseal(
        _ credential: StoredCredential, as secret: SealedSecret, deadline: ContinuousClock.Instant
    ) async throws {
        _ = try await database.exclusive(
            Self.resealCredential,
            [
                .text(credential.accessKeyID), .text(credential.secret.keyID), .bytes(credential.secret.bytes),
                .text(secret.keyID), .bytes(secret.bytes),
            ], deadline: deadline)
    }

    private static let resealKey = Statement.write(
        """
        UPDATE purpose_key SET master_key_id = $5, key = $6
        WHERE purpose = $1 AND number = $2 AND master_key_id = $3 AND key = $4
        """)

    package func reseal(
        _ key: StoredPurposeKey, as sealed: SealedSecret, deadline: ContinuousClock.Instant
    ) async throws {
        _ = try await database.exclusive(
            Self.resealKey,
            [
                .text(key.purpose), .int64(key.number), .text(key.key.keyID), .bytes(key.key.bytes),
                .text(sealed.keyID), .bytes(sealed.bytes),
            ], deadline: deadline)
    }
}
