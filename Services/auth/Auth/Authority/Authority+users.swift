import Logging
package import Wire

/// Users, groups and who is in which.
extension Authority {
    package func users(_ request: ListUsers.Request, _ context: CallContext) async throws -> Listed<User> {
        try await store.users(try Self.checked(request.range), deadline: context.deadline)
    }

    /// - Throws: `alreadyExists`, `invalidArgument`.
    package func create(_ request: CreateUser.Request, _ context: CallContext) async throws -> User {
        try DirectoryName.check(request.userID, of: "user")
        try DirectoryName.checkText(
            request.friendlyName, "a friendly name", of: "user", maxBytes: DirectoryLimits.friendlyNameBytes)
        try DirectoryName.checkText(
            request.email, "an e-mail address", of: "user", maxBytes: DirectoryLimits.emailBytes)
        let user = User(id: request.userID, created: 0, friendlyName: request.friendlyName, email: request.email)
        return try await store.add(user, deadline: context.deadline)
    }

    /// - Throws: `notFound`, `forbidden` for the last administrator.
    package func delete(_ request: DeleteUser.Request, _ context: CallContext) async throws {
        try await store.removeUser(request.userID, deadline: context.deadline)
        logger.notice("deleted a user", metadata: ["user": "\(request.userID)", "by": "\(Self.actor(context))"])
    }

    // MARK: Groups

    package func groups(_ request: ListGroups.Request, _ context: CallContext) async throws -> Listed<Group> {
        let range = try Self.checked(request.range)
        guard let user = request.userID else { return try await store.groups(range, deadline: context.deadline) }
        return try await store.groups(of: user, range, deadline: context.deadline)
    }

    /// - Throws: `notFound`.
    package func group(_ request: GetGroup.Request, _ context: CallContext) async throws -> Group {
        guard let group = try await store.group(request.groupID, deadline: context.deadline) else {
            throw RPCError.missing("group")
        }
        return group
    }

    /// - Throws: `alreadyExists`, `invalidArgument`.
    package func create(_ request: CreateGroup.Request, _ context: CallContext) async throws -> Group {
        try DirectoryName.check(request.groupID, of: "group")
        try DirectoryName.checkText(
            request.description, "a description", of: "group", maxBytes: DirectoryLimits.descriptionBytes)
        let group = Group(id: request.groupID, description: request.description, created: 0)
        return try await store.add(group, deadline: context.deadline)
    }

    /// - Throws: `notFound`, `forbidden` for that of the administrators.
    package func delete(_ request: DeleteGroup.Request, _ context: CallContext) async throws {
        guard request.groupID != BaseDirectory.administrators else {
            throw RPCError(
                .forbidden, subject: "group", "the group \(BaseDirectory.administrators) cannot be deleted")
        }
        try await store.removeGroup(request.groupID, deadline: context.deadline)
        logger.notice("deleted a group", metadata: ["group": "\(request.groupID)", "by": "\(Self.actor(context))"])
    }

    /// - Throws: `notFound`.
    package func members(_ request: ListGroupMembers.Request, _ context: CallContext) async throws -> Listed<User> {
        try await store.members(of: request.groupID, try Self.checked(request.range), deadline: context.deadline)
    }

    /// - Throws: `notFound`, `invalidArgument` for too many groups.
    package func add(_ membership: Membership, _ context: CallContext) async throws {
        try await store.add(membership, deadline: context.deadline)
    }

    /// - Throws: `notFound`, `forbidden` for the last administrator.
    package func remove(_ membership: Membership, _ context: CallContext) async throws {
        try await store.remove(membership, deadline: context.deadline)
    }

    // MARK: What all have in common

    /// - Throws: `invalidArgument` for a page of no or too many rows.
    static func checked(_ range: ListRange) throws(RPCError) -> ListRange {
        guard (1...1_000).contains(range.amount) else {
            throw RPCError(.invalidArgument, subject: "page", "a page has 1 to 1000 rows")
        }
        return range
    }

    static func actor(_ context: CallContext) -> String { context.principal?.userID ?? "nobody" }
}
