import Database
package import Wire

extension PostgresAuthStore {
    private static let selectGroups = Statement.read(
        """
        SELECT id, created, description FROM user_group
        WHERE id > $1 AND id >= $2 AND id <= $3 ORDER BY id LIMIT $4
        """)

    package func groups(_ range: ListRange, deadline: ContinuousClock.Instant) async throws -> Listed<Group> {
        try await page(Self.selectGroups, range, [], deadline) { try Self.group($0) }
    }

    private static let selectGroup = Statement.read("SELECT id, created, description FROM user_group WHERE id = $1")

    package func group(_ id: String, deadline: ContinuousClock.Instant) async throws -> Group? {
        try await database.read(Self.selectGroup, [.text(id)], deadline: deadline).first.map { try Self.group($0) }
    }

    private static func group(_ row: Row) throws -> Group {
        Group(id: try row.text(0), description: try row.optionalText(2), created: try row.seconds(1))
    }

    private static let insertGroup = Statement.write(
        """
        INSERT INTO user_group (id, description) VALUES ($1, $2) ON CONFLICT DO NOTHING
        RETURNING id, created, description
        """)

    package func add(_ group: Group, deadline: ContinuousClock.Instant) async throws -> Group {
        let rows = try await database.exclusive(
            Self.insertGroup, [.text(group.id), .nullable(group.description)], deadline: deadline)
        guard let row = rows.first else { throw RPCError.taken("group") }
        return try Self.group(row)
    }

    private static let deleteGroup = Statement.write("DELETE FROM user_group WHERE id = $1")

    package func removeGroup(_ id: String, deadline: ContinuousClock.Instant) async throws {
        guard try await database.exclusive(Self.deleteGroup, [.text(id)], deadline: deadline).affected > 0 else {
            throw RPCError.missing("group")
        }
    }

    // MARK: Members

    private static let selectMembers = Statement.read(
        """
        SELECT a.id, a.created, a.friendly_name, a.email, a.external_id, a.source
        FROM membership m JOIN account a ON a.id = m.user_id
        WHERE m.group_id = $5 AND m.user_id > $1 AND m.user_id >= $2 AND m.user_id <= $3
        ORDER BY m.user_id LIMIT $4
        """)

    package func members(
        of group: String, _ range: ListRange, deadline: ContinuousClock.Instant
    ) async throws -> Listed<User> {
        guard try await self.group(group, deadline: deadline) != nil else { throw RPCError.missing("group") }
        return try await page(Self.selectMembers, range, [.text(group)], deadline) { try Self.user($0) }
    }

    private static let selectGroupsOfUser = Statement.read(
        """
        SELECT g.id, g.created, g.description FROM membership m JOIN user_group g ON g.id = m.group_id
        WHERE m.user_id = $5 AND m.group_id > $1 AND m.group_id >= $2 AND m.group_id <= $3
        ORDER BY m.group_id LIMIT $4
        """)

    package func groups(
        of user: String, _ range: ListRange, deadline: ContinuousClock.Instant
    ) async throws -> Listed<Group> {
        guard try await self.user(user, deadline: deadline) != nil else { throw RPCError.missing("user") }
        return try await page(Self.selectGroupsOfUser, range, [.text(user)], deadline) { try Self.group($0) }
    }

    private static let holdGroup = Statement.write("SELECT id FROM user_group WHERE id = $1 FOR KEY SHARE")

    private static let insertMember = Statement.write(
        """
        INSERT INTO membership (group_id, user_id)
        SELECT g.id, a.id FROM user_group g, account a
        WHERE g.id = $1 AND a.id = $2 AND (SELECT count(*) FROM membership WHERE user_id = $2) < $3
        ON CONFLICT DO NOTHING
        """)

    private static let selectMember = Statement.write("SELECT 1 FROM membership WHERE group_id = $1 AND user_id = $2")

    package func add(_ membership: Membership, deadline: ContinuousClock.Instant) async throws {
        let limit = DirectoryLimits.groupsOfUser
        let (group, user) = (Parameter.text(membership.groupID), Parameter.text(membership.userID))
        let answers = try await database.exclusive(
            [
                Call(Self.lockUser, [user]), Call(Self.holdGroup, [group]),
                Call(Self.insertMember, [group, user, .int64(Int64(limit))]), Call(Self.selectMember, [group, user]),
            ], deadline: deadline)
        guard !answers[1].isEmpty else { throw RPCError.missing("group") }
        guard !answers[0].isEmpty else { throw RPCError.missing("user") }
        guard !answers[3].isEmpty else { throw RPCError.tooMany("groups", limit, of: "user") }
    }

    private static let deleteMember = Statement.write("DELETE FROM membership WHERE group_id = $1 AND user_id = $2")

    package func remove(_ membership: Membership, deadline: ContinuousClock.Instant) async throws {
        let parameters = [Parameter.text(membership.groupID), .text(membership.userID)]
        if membership.groupID == BaseDirectory.administrators {
            try await keepingAdministrator(membership.userID, deadline) { transaction in
                let rows = try await transaction.run(Self.deleteMember, parameters)
                if rows.affected == 0 { throw try await missing(membership, deadline) }
            }
        } else {
            let rows = try await database.exclusive(Self.deleteMember, parameters, deadline: deadline)
            if rows.affected == 0 { throw try await missing(membership, deadline) }
        }
    }

    /// Which of group, user and membership is not there.
    private func missing(_ membership: Membership, _ deadline: ContinuousClock.Instant) async throws -> RPCError {
        if try await group(membership.groupID, deadline: deadline) == nil { return .missing("group") }
        if try await user(membership.userID, deadline: deadline) == nil { return .missing("user") }
        return .missing("membership")
    }

    // MARK: External principals

    private static let selectExternalPrincipals = Statement.read(
        """
        SELECT id, user_id, settings FROM external_principal
        WHERE user_id = $5 AND id > $1 AND id >= $2 AND id <= $3 ORDER BY id LIMIT $4
        """)

    package func externalPrincipals(
        of user: String, _ range: ListRange, deadline: ContinuousClock.Instant
    ) async throws -> Listed<ExternalPrincipal> {
        guard try await self.user(user, deadline: deadline) != nil else { throw RPCError.missing("user") }
        return try await page(Self.selectExternalPrincipals, range, [.text(user)], deadline) {
            try Self.externalPrincipal($0)
        }
    }

    private static let selectExternalPrincipal = Statement.read(
        "SELECT id, user_id, settings FROM external_principal WHERE id = $1")

    package func externalPrincipal(
        _ id: String, deadline: ContinuousClock.Instant
    ) async throws -> ExternalPrincipal? {
        try await database.read(Self.selectExternalPrincipal, [.text(id)], deadline: deadline).first.map {
            try Self.externalPrincipal($0)
        }
    }

    private static func externalPrincipal(_ row: Row) throws -> ExternalPrincipal {
        ExternalPrincipal(id: try row.text(0), userID: try row.text(1), settings: try row.optionalText(2))
    }

    private static let insertExternalPrincipal = Statement.write(
        """
        INSERT INTO external_principal (id, user_id, settings)
        SELECT $1, id, $3 FROM account
        WHERE id = $2 AND (SELECT count(*) FROM external_principal WHERE user_id = $2) < $4
        ON CONFLICT DO NOTHING RETURNING 1
        """)

    package func add(_ principal: ExternalPrincipal, deadline: ContinuousClock.Instant) async throws {
        let limit = DirectoryLimits.externalPrincipalsOfUser
        let answers = try await database.exclusive(
            [
                Call(Self.lockUser, [.text(principal.userID)]),
                Call(
                    Self.insertExternalPrincipal,
                    [
                        .text(principal.id), .text(principal.userID), .nullable(principal.settings),
                        .int64(Int64(limit)),
                    ]),
            ], deadline: deadline)
        guard !answers[0].isEmpty else { throw RPCError.missing("user") }
        guard answers[1].isEmpty else { return }
        throw try await externalPrincipal(principal.id, deadline: deadline) != nil
            ? RPCError.taken("external principal") : RPCError.tooMany("external principals", limit, of: "user")
    }

    private static let deleteExternalPrincipal = Statement.write(
        "DELETE FROM external_principal WHERE id = $1 AND user_id = $2")

    package func removeExternalPrincipal(
        _ id: String, of user: String, deadline: ContinuousClock.Instant
    ) async throws {
        let rows = try await database.exclusive(
            Self.deleteExternalPrincipal, [.text(id), .text(user)], deadline: deadline)
        guard rows.affected == 0 else { return }
        throw try await self.user(user, deadline: deadline) == nil
            ? RPCError.missing("user") : RPCError.missing("external principal")
    }
}
