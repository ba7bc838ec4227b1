import Database
import Domain
package import JSONCodec
package import Wire

/// Rules that protect branches. The statements that write look at them in the repository's row, so no write needs a call more.
extension Catalog {
    package func getProtection(_ request: GetProtection.Request, _ context: CallContext) async throws -> Protection {
        let rows = try await database.read(
            Self.selectProtection, [.name(request.repository)], deadline: deadline(context))
        guard let row = rows.first else { throw RPCError.repositoryNotFound }
        let patterns = try row.isNull(0) ? nil : row.texts(0)
        return Protection(patterns: patterns ?? [], tag: ProtectionRules.tag(of: patterns))
    }

    /// Replaces the rules. When this has answered, no write that they forbid can come any more: branches that were not
    /// protected before get new open tokens, and whatever was under way has been waited for.
    package func setProtection(_ request: SetProtection.Request, _ context: CallContext) async throws -> Nothing {
        _ = try actor(context)
        let deadline = deadline(context)
        let rules = try ProtectionRules(request.patterns)
        let repository = try await database.transaction(deadline: deadline) { transaction in
            let rows = try await transaction.run(
                Self.lockProtection, [.name(request.repository), .id(request.operationID)])
            guard let row = rows.first else { throw RPCError.repositoryNotFound }
            let id = try row.int64(0)
            // Carried out before; only what comes behind it may be missing.
            if try row.bool(4) { return id }
            if try row.bool(1) { throw RPCError.readOnly }
            if let tag = request.ifMatch {
                let current = ProtectionRules.tag(of: try row.isNull(2) ? nil : try row.texts(2))
                guard tag == current else {
                    throw RPCError(.preconditionFailed, subject: "protection", "Precondition failed")
                }
            }
            _ = try await transaction.pipeline([
                Call(
                    Self.updateProtection, [.int64(id), .texts(rules.patterns), .nullable(rules.expression)]),
                Call(
                    Self.pushTokens,
                    [.int64(id), .nullable(rules.expression), .nullable(try row.optionalText(3))]),
                Call(Self.remember, [.int64(id), .id(request.operationID)]),
            ])
            return id
        }
        if let expression = rules.expression {
            _ = try await database.exclusive(
                Self.closeTokens, [.int64(repository), .text(expression)], deadline: deadline)
        }
        return Nothing()
    }

    private static let selectProtection = Statement.read("SELECT r.protected FROM repository r WHERE r.name = $1")

    private static let lockProtection = Statement.write(
        """
        SELECT r.id, r.is_read_only, r.protected, r.protection,
            EXISTS (SELECT FROM operation o WHERE o.repository = r.id AND o.id = $2 OFFSET 0)
        FROM repository r WHERE r.name = $1 FOR NO KEY UPDATE OF r
        """)

    private static let updateProtection = Statement.write(
        "UPDATE repository SET protected = $2, protection = $3 WHERE id = $1")

    private static let remember = Statement.write(
        "INSERT INTO operation (repository, id, answer) VALUES ($1, $2, '')")

    /// For branches that `$2` protects and `$3` did not.
    private static let pushTokens = Statement.write(
        """
        WITH moved AS (
            UPDATE ref f SET tokens = ARRAY[gen_random_uuid()] || f.tokens, version = f.version + 1
            WHERE f.repository = $1 AND f.kind = 1 AND convert_from(f.name, 'UTF8') ~ $2::text
                AND ($3::text IS NULL OR convert_from(f.name, 'UTF8') !~ $3)
            RETURNING f.repository, f.tokens[1] AS token, f.id, f.name
        )
        INSERT INTO token (repository, token, branch, name, state)
        SELECT m.repository, m.token, m.id, m.name, 1 FROM moved m
        """)

    private static let closeTokens = Statement.write(
        """
        UPDATE token t SET state = 2, since = now()
        FROM (
            SELECT f.repository, unnest(f.tokens[2:]) AS token FROM ref f
            WHERE f.repository = $1 AND f.kind = 1 AND convert_from(f.name, 'UTF8') ~ $2::text
            OFFSET 0
        ) f
        WHERE t.repository = f.repository AND t.token = f.token AND t.state = 1
        """)
}
