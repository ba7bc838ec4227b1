import Database
package import Wire

/// Users that come from another system.
extension PostgresAuthStore {
    private static let insertTie = Statement.write(
        "INSERT INTO external_principal (id, user_id, settings) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING 1")

    private static let insertMemberships = Statement.write(
        """
        INSERT INTO membership (group_id, user_id) SELECT id, $1 FROM user_group WHERE id = ANY ($2::text[])
        ON CONFLICT DO NOTHING
        """)

    package func add(
        _ user: User, tiedTo principal: ExternalPrincipal, groups: [String], deadline: ContinuousClock.Instant
    ) async throws {
        try await database.transaction(deadline: deadline) { transaction in
            guard try await !transaction.run(Self.insertUser, Self.row(of: user)).isEmpty else {
                throw RPCError.taken("user")
            }
            let tie: [Parameter] = [.text(principal.id), .text(user.id), .nullable(principal.settings)]
            guard try await !transaction.run(Self.insertTie, tie).isEmpty else {
                throw RPCError.taken("external principal")
            }
            let few = groups.prefix(DirectoryLimits.groupsOfUser).map { Optional($0) }
            _ = try await transaction.run(Self.insertMemberships, [.text(user.id), .texts(few)])
        }
    }

    private static let updateDescription = Statement.write(
        """
        UPDATE account SET friendly_name = coalesce($2, friendly_name), email = coalesce($3, email)
        WHERE id = $1 AND (friendly_name, email)
            IS DISTINCT FROM (coalesce($2, friendly_name), coalesce($3, email))
        """)

    package func describe(
        _ user: String, friendlyName: String?, email: String?, deadline: ContinuousClock.Instant
    ) async throws {
        _ = try await database.exclusive(
            Self.updateDescription, [.text(user), .nullable(friendlyName), .nullable(email)], deadline: deadline)
    }
}
