import Cryptography
import Database
import Wire

extension PostgresAuthStore {
    private static let selectIncarnation = Statement.read("SELECT incarnation::text FROM account WHERE id = $1")

    package func incarnation(of user: String, deadline: ContinuousClock.Instant) async throws -> String? {
        try await database.read(Self.selectIncarnation, [.text(user)], deadline: deadline).first?.text(0)
    }

    private static let selectGood = Statement.read(
        """
        SELECT 1 FROM account a
        WHERE a.id = $1 AND a.incarnation::text = $2::text
        AND NOT EXISTS (SELECT 1 FROM ended_session e WHERE e.id = $3)
        AND ($4::text IS NULL OR EXISTS (
            SELECT 1 FROM credential c
            WHERE c.access_key_id = $4 AND c.user_id = a.id AND (c.expires IS NULL OR c.expires > $6)))
        AND ($5::text IS NULL OR EXISTS (
            SELECT 1 FROM password p WHERE p.user_id = a.id AND p.generation::text = $5::text))
        AND ($7::text IS NULL OR EXISTS (
            SELECT 1 FROM external_principal x WHERE x.id = $7 AND x.user_id = a.id))
        """)

    package func isGood(_ session: Session, now: Int64, deadline: ContinuousClock.Instant) async throws -> Bool {
        var (accessKeyID, generation, identity): (String?, String?, String?)
        switch session.grant {
        case .accessKey(let id): accessKeyID = id
        case .password(let number): generation = number
        case .externalPrincipal(let id): identity = id
        }
        let rows = try await database.read(
            Self.selectGood,
            [
                .text(session.userID), .text(session.incarnation), .text(session.id), .nullable(accessKeyID),
                .nullable(generation), .timestamp(milliseconds: now * 1000), .nullable(identity),
            ], deadline: deadline)
        return !rows.isEmpty
    }

    private static let insertEnded = Statement.write(
        "INSERT INTO ended_session (id, expires) VALUES ($1, $2) ON CONFLICT DO NOTHING")
    private static let deleteEnded = Statement.write("DELETE FROM ended_session WHERE expires < now()")

    package func end(_ session: Session, deadline: ContinuousClock.Instant) async throws {
        _ = try await database.exclusive(
            [
                Call(
                    Self.insertEnded, [.text(session.id), .timestamp(milliseconds: session.expires * 1000)]),
                Call(Self.deleteEnded),
            ], deadline: deadline)
    }

    private static let selectPassword = Statement.read(
        "SELECT salt, hash, scrypt_n, scrypt_r, scrypt_p, generation::text FROM password WHERE user_id = $1")

    package func password(
        of user: String, deadline: ContinuousClock.Instant
    ) async throws -> (password: StoredPassword, generation: String)? {
        let rows = try await database.read(Self.selectPassword, [.text(user)], deadline: deadline)
        guard let row = rows.first else { return nil }
        let cost = Scrypt.Cost(rounds: try row.int(2), blocks: try row.int(3), lanes: try row.int(4))
        return (StoredPassword(salt: try row.bytes(0), hash: try row.bytes(1), cost: cost), try row.text(5))
    }

    private static let upsertPassword = Statement.write(
        """
        INSERT INTO password (user_id, salt, hash, scrypt_n, scrypt_r, scrypt_p)
        SELECT id, $2, $3, $4, $5, $6 FROM account WHERE id = $1
        ON CONFLICT (user_id) DO UPDATE SET salt = excluded.salt, hash = excluded.hash, scrypt_n = excluded.scrypt_n,
            scrypt_r = excluded.scrypt_r, scrypt_p = excluded.scrypt_p, generation = gen_random_uuid(), changed = now()
        """)

    package func set(_ password: StoredPassword, of user: String, deadline: ContinuousClock.Instant) async throws {
        let cost = [password.cost.rounds, password.cost.blocks, password.cost.lanes]
        let rows = try await database.exclusive(
            Self.upsertPassword,
            [.text(user), .bytes(password.salt), .bytes(password.hash)]
                + cost.map { .int32(Int32(truncatingIfNeeded: $0)) }, deadline: deadline)
        guard rows.affected > 0 else { throw RPCError.missing("user") }
    }

    private static let deletePassword = Statement.write("DELETE FROM password WHERE user_id = $1")

    package func removePassword(of user: String, deadline: ContinuousClock.Instant) async throws {
        let rows = try await database.exclusive(Self.deletePassword, [.text(user)], deadline: deadline)
        guard rows.affected == 0 else { return }
        throw try await self.user(user, deadline: deadline) == nil
            ? RPCError.missing("user") : RPCError.missing("password")
    }
}
