import Database
package import Policy
package import Wire

extension PostgresAuthStore {
    private static let selectPolicies = Statement.read(
        """
        SELECT id, created, statements FROM policy WHERE id > $1 AND id >= $2 AND id <= $3 ORDER BY id LIMIT $4
        """)

    package func policies(_ range: ListRange, deadline: ContinuousClock.Instant) async throws -> Listed<KeptPolicy> {
        try await page(Self.selectPolicies, range, [], deadline) { try Self.policy($0) }
    }

    private static let selectPolicy = Statement.read("SELECT id, created, statements FROM policy WHERE id = $1")

    package func policy(_ id: String, deadline: ContinuousClock.Instant) async throws -> KeptPolicy? {
        try await database.read(Self.selectPolicy, [.text(id)], deadline: deadline).first.map { try Self.policy($0) }
    }

    private static func policy(_ row: Row) throws -> KeptPolicy {
        KeptPolicy(document: try PolicyText.decode(try row.text(0), try row.text(2)), created: try row.seconds(1))
    }

    private static let insertPolicy = Statement.write(
        "INSERT INTO policy (id, statements) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING created")

    package func add(_ document: PolicyDocument, deadline: ContinuousClock.Instant) async throws -> KeptPolicy {
        try await keep(document, Self.insertPolicy, RPCError.taken("policy"), deadline)
    }

    private static let updatePolicy = Statement.write(
        "UPDATE policy SET statements = $2 WHERE id = $1 RETURNING created")

    package func replace(_ document: PolicyDocument, deadline: ContinuousClock.Instant) async throws -> KeptPolicy {
        try await keep(document, Self.updatePolicy, RPCError.missing("policy"), deadline)
    }

    private func keep(
        _ document: PolicyDocument, _ statement: Statement, _ failure: RPCError, _ deadline: ContinuousClock.Instant
    ) async throws -> KeptPolicy {
        let rows = try await database.exclusive(
            statement, [.text(document.id), .text(try PolicyText.encode(document))], deadline: deadline)
        guard let row = rows.first else { throw failure }
        return KeptPolicy(document: document, created: try row.seconds(0))
    }

    private static let deletePolicy = Statement.write("DELETE FROM policy WHERE id = $1")

    package func removePolicy(_ id: String, deadline: ContinuousClock.Instant) async throws {
        guard try await database.exclusive(Self.deletePolicy, [.text(id)], deadline: deadline).affected > 0 else {
            throw RPCError.missing("policy")
        }
    }

    // MARK: Of a holder

    package func policies(
        of holder: PolicyHolder, _ range: ListRange, deadline: ContinuousClock.Instant
    ) async throws -> Listed<KeptPolicy> {
        try await require(holder, deadline)
        return try await page(AttachmentTable.of(holder.kind).select, range, [.text(holder.id)], deadline) {
            try Self.policy($0)
        }
    }

    private static let selectEffectivePage = Statement.read(
        """
        SELECT id, created, statements FROM policy
        WHERE id IN (
            SELECT policy_id FROM user_policy WHERE user_id = $5
            UNION SELECT g.policy_id FROM membership m JOIN group_policy g ON g.group_id = m.group_id
            WHERE m.user_id = $5)
        AND id > $1 AND id >= $2 AND id <= $3 ORDER BY id LIMIT $4
        """)

    package func effectivePolicies(
        of user: String, _ range: ListRange, deadline: ContinuousClock.Instant
    ) async throws -> Listed<KeptPolicy> {
        try await require(PolicyHolder(.user, user), deadline)
        return try await page(Self.selectEffectivePage, range, [.text(user)], deadline) { try Self.policy($0) }
    }

    /// The statements are left out where they are too large together.
    private static let selectEffective = Statement.read(
        """
        WITH effective AS (
            SELECT id, statements FROM policy WHERE id IN (
                SELECT policy_id FROM user_policy WHERE user_id = $1
                UNION SELECT g.policy_id FROM membership m JOIN group_policy g ON g.group_id = m.group_id
                WHERE m.user_id = $1)
        ), total AS (SELECT coalesce(sum(octet_length(statements)), 0) AS bytes FROM effective)
        SELECT id, CASE WHEN bytes <= $2 THEN statements END FROM effective, total ORDER BY id
        """)

    package func effectivePolicies(
        of user: String, deadline: ContinuousClock.Instant
    ) async throws -> [PolicyDocument] {
        let rows = try await database.read(
            Self.selectEffective, [.text(user), .int64(Int64(DirectoryLimits.effectiveBytes))], deadline: deadline)
        return try rows.map { row in
            guard let text = try row.optionalText(1) else { throw RPCError.effectivePoliciesTooLarge }
            return try PolicyText.decode(try row.text(0), text)
        }
    }

    // MARK: Attachments

    private static let holdPolicy = Statement.write("SELECT id FROM policy WHERE id = $1 FOR KEY SHARE")

    package func add(_ attachment: PolicyAttachment, deadline: ContinuousClock.Instant) async throws {
        let limit = DirectoryLimits.policiesOfHolder
        let table = AttachmentTable.of(attachment.holder.kind)
        let (holder, policy) = (Parameter.text(attachment.holder.id), Parameter.text(attachment.policyID))
        let answers = try await database.exclusive(
            [
                Call(table.lock, [holder]), Call(Self.holdPolicy, [policy]),
                Call(table.insert, [holder, policy, .int64(Int64(limit))]), Call(table.find, [holder, policy]),
            ], deadline: deadline)
        let kind = attachment.holder.kind.rawValue
        guard !answers[0].isEmpty else { throw RPCError.missing(kind) }
        guard !answers[1].isEmpty else { throw RPCError.missing("policy") }
        guard !answers[3].isEmpty else { throw RPCError.tooMany("policies", limit, of: kind) }
    }

    package func remove(_ attachment: PolicyAttachment, deadline: ContinuousClock.Instant) async throws {
        let rows = try await database.exclusive(
            AttachmentTable.of(attachment.holder.kind).delete,
            [.text(attachment.holder.id), .text(attachment.policyID)], deadline: deadline)
        guard rows.affected == 0 else { return }
        try await require(attachment.holder, deadline)
        guard try await policy(attachment.policyID, deadline: deadline) != nil else {
            throw RPCError.missing("policy")
        }
        throw RPCError.missing("attachment")
    }

    // MARK: Repair

    private static let repair: [Statement] = [
        .write("INSERT INTO user_group (id) VALUES ('Admins') ON CONFLICT DO NOTHING"),
        .write("DELETE FROM group_policy WHERE group_id = 'Admins'"),
        .write("DELETE FROM user_policy WHERE user_id = $1"),
        .write("DELETE FROM membership WHERE user_id = $1 AND group_id <> 'Admins'"),
        .write("INSERT INTO membership (group_id, user_id) VALUES ('Admins', $1) ON CONFLICT DO NOTHING"),
    ]
    private static let restorePolicy = Statement.write(
        """
        INSERT INTO policy (id, statements) VALUES ($1, $2)
        ON CONFLICT (id) DO UPDATE SET statements = excluded.statements
        """)
    private static let restoreAttachment = Statement.write(
        "INSERT INTO group_policy (group_id, policy_id) VALUES ('Admins', $1) ON CONFLICT DO NOTHING")

    package func makeAdministrator(_ user: String, deadline: ContinuousClock.Instant) async throws {
        try await database.transaction(deadline: deadline) { transaction in
            guard try await !transaction.run(Self.lockUser, [.text(user)]).isEmpty else {
                throw RPCError.missing("user")
            }
            for statement in Self.repair {
                _ = try await transaction.run(statement, statement.sql.contains("$1") ? [.text(user)] : [])
            }
            for document in BaseDirectory.administratorPolicies {
                _ = try await transaction.run(
                    Self.restorePolicy, [.text(document.id), .text(try PolicyText.encode(document))])
                _ = try await transaction.run(Self.restoreAttachment, [.text(document.id)])
            }
        }
    }

    private func require(_ holder: PolicyHolder, _ deadline: ContinuousClock.Instant) async throws {
        let exists =
            switch holder.kind {
            case .user: try await user(holder.id, deadline: deadline) != nil
            case .group: try await group(holder.id, deadline: deadline) != nil
            }
        guard exists else { throw RPCError.missing(holder.kind.rawValue) }
    }
}

/// The statements on the table that ties policies to one kind of holder.
private struct AttachmentTable: Sendable {
    let lock: Statement
    let select: Statement
    let insert: Statement
    let find: Statement
    let delete: Statement

    static func of(_ kind: PolicyHolder.Kind) -> AttachmentTable {
        switch kind {
        case .user: user
        case .group: group
        }
    }

    private static let user = AttachmentTable("user_policy", "user_id", of: "account", PostgresAuthStore.lockUser)
    private static let group = AttachmentTable(
        "group_policy", "group_id", of: "user_group", PostgresAuthStore.lockGroup)

    private init(_ table: String, _ holder: String, of holders: String, _ lock: Statement) {
        self.lock = lock
        select = .read(
            """
            SELECT p.id, p.created, p.statements FROM \(table) t JOIN policy p ON p.id = t.policy_id
            WHERE t.\(holder) = $5 AND t.policy_id > $1 AND t.policy_id >= $2 AND t.policy_id <= $3
            ORDER BY t.policy_id LIMIT $4
            """)
        insert = .write(
            """
            INSERT INTO \(table) (\(holder), policy_id) SELECT $1, p.id FROM policy p
            WHERE p.id = $2 AND (SELECT count(*) FROM \(table) WHERE \(holder) = $1) < $3
            AND EXISTS (SELECT 1 FROM \(holders) WHERE id = $1)
            ON CONFLICT DO NOTHING
            """)
        find = .write("SELECT 1 FROM \(table) WHERE \(holder) = $1 AND policy_id = $2")
        delete = .write("DELETE FROM \(table) WHERE \(holder) = $1 AND policy_id = $2")
    }
}
