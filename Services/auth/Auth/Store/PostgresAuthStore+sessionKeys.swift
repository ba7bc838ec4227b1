import Cryptography
import Database
import FoundationEssentials
package import Wire

extension PostgresAuthStore {
    private static let selectSession = Statement.read(
        """
        SELECT token_digest, by_key, by_password::text, by_identity, login_id, bounds FROM credential c
        WHERE access_key_id = $1 AND token_digest IS NOT NULL
        AND (login_id IS NULL OR NOT EXISTS (SELECT 1 FROM ended_session e WHERE e.id = c.login_id))
        AND (by_key IS NULL OR EXISTS (
            SELECT 1 FROM credential k WHERE k.access_key_id = c.by_key AND (k.expires IS NULL OR k.expires > now())))
        AND (by_password IS NULL OR EXISTS (
            SELECT 1 FROM password p WHERE p.user_id = c.user_id AND p.generation = c.by_password))
        """)

    /// What makes a key that of a session; nil where what its maker was known by is no more.
    func session(_ accessKeyID: String, deadline: ContinuousClock.Instant) async throws -> StoredSession? {
        let rows = try await database.read(Self.selectSession, [.text(accessKeyID)], deadline: deadline)
        guard let row = rows.first else { return nil }
        let grant: Session.Grant? =
            if let key = try row.optionalText(1) {
                .accessKey(key)
            } else if let generation = try row.optionalText(2) {
                .password(generation: generation)
            } else { try row.optionalText(3).map { .externalPrincipal($0) } }
        guard let digest = SHA256Digest(bytes: try row.bytes(0)), let grant else {
            throw RPCError(.corrupted, subject: "credential", "a stored session cannot be read")
        }
        return StoredSession(
            tokenDigest: digest, grant: grant, loginID: try row.optionalText(4),
            bounds: try BoundsText.decode(try row.text(5)))
    }

    private static let insertSession = Statement.write(
        """
        INSERT INTO credential (access_key_id, user_id, master_key_id, secret, name, expires, token_digest, by_key,
            by_password, by_identity, login_id, bounds)
        SELECT $2, id, $3, $4, $5, $6, $7, $8, $9::text::uuid, $10, $11, $12 FROM account
        WHERE id = $1 AND (
            SELECT count(*) FROM credential WHERE user_id = $1 AND token_digest IS NOT NULL AND expires > now()) < $13
        AND ($8::text IS NULL OR EXISTS (SELECT 1 FROM credential WHERE access_key_id = $8 AND user_id = $1))
        RETURNING created
        """)

    /// A day later, so that those who still come are told that their time is over.
    private static let deleteOver = Statement.write(
        "DELETE FROM credential WHERE token_digest IS NOT NULL AND expires < now() - interval '1 day'")

    package func add(
        _ credential: StoredCredential, _ session: StoredSession, deadline: ContinuousClock.Instant
    ) async throws -> Bool {
        let limit = DirectoryLimits.sessionsOfUser
        var (key, generation, identity): (String?, String?, String?)
        switch session.grant {
        case .accessKey(let id): key = id
        case .password(let number): generation = number
        case .externalPrincipal(let id): identity = id
        }
        let answers = try await database.exclusive(
            [
                Call(Self.deleteOver), Call(Self.lockUser, [.text(credential.userID)]),
                Call(
                    Self.insertSession,
                    [
                        .text(credential.userID), .text(credential.accessKeyID), .text(credential.secret.keyID),
                        .bytes(credential.secret.bytes), .nullable(credential.name),
                        credential.expires.map { .timestamp(milliseconds: $0 * 1000) } ?? .null,
                        .bytes(session.tokenDigest.bytes), .nullable(key), .nullable(generation), .nullable(identity),
                        .nullable(session.loginID), .text(try BoundsText.encode(session.bounds)),
                        .int64(Int64(limit)),
                    ]),
            ], deadline: deadline)
        guard !answers[1].isEmpty else { return false }
        if !answers[2].isEmpty { return true }
        // The key went meanwhile, or there are too many.
        if let key, try await self.credential(key, deadline: deadline) == nil { return false }
        throw RPCError.tooMany("sessions", limit, of: "user")
    }

    private static let selectSessions = Statement.read(
        """
        SELECT access_key_id, created, name, expires, last_used FROM credential
        WHERE token_digest IS NOT NULL AND user_id = $5 AND expires > now()
        AND access_key_id > $1 AND access_key_id >= $2 AND access_key_id <= $3
        ORDER BY access_key_id LIMIT $4
        """)

    package func sessions(
        of user: String, _ range: ListRange, deadline: ContinuousClock.Instant
    ) async throws -> Listed<Credential> {
        try await page(Self.selectSessions, range, [.text(user)], deadline) { try Self.credential($0) }
    }

    private static let deleteSession = Statement.write(
        "DELETE FROM credential WHERE user_id = $1 AND access_key_id = $2 AND token_digest IS NOT NULL")

    package func removeSession(
        _ accessKeyID: String, of user: String, deadline: ContinuousClock.Instant
    ) async throws {
        let rows = try await database.exclusive(
            Self.deleteSession, [.text(user), .text(accessKeyID)], deadline: deadline)
        guard rows.affected > 0 else { throw RPCError.missing("session") }
    }
}

/// The bounds of a session as they lie in the database: a JSON array.
enum BoundsText {
    /// - Throws: `invalidArgument` where it is longer than the limit.
    static func encode(_ bounds: [SessionBound]) throws -> String {
        let bytes = try JSONEncoder().encode(bounds)
        guard bytes.count <= DirectoryLimits.boundsBytes else {
            throw RPCError(
                .invalidArgument, subject: "session",
                "the policies of a session have at most \(DirectoryLimits.boundsBytes) bytes as JSON")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// - Throws: `corrupted`.
    static func decode(_ text: String) throws(RPCError) -> [SessionBound] {
        guard let bounds = try? JSONDecoder().decode([SessionBound].self, from: Data(text.utf8)) else {
            throw RPCError(.corrupted, subject: "credential", "a stored session cannot be read")
        }
        return bounds
    }
}
