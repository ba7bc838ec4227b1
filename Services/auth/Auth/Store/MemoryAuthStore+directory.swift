import Synchronization
package import Wire

extension MemoryAuthStore {
    // MARK: Users

    package func users(_ range: ListRange, deadline: ContinuousClock.Instant) async throws -> Listed<User> {
        state.withLock { Self.page(Array($0.users.values), range, \.id) }
    }

    package func user(_ id: String, deadline: ContinuousClock.Instant) async throws -> User? {
        state.withLock { $0.users[id] }
    }

    package func add(_ user: User, deadline: ContinuousClock.Instant) async throws -> User {
        try state.withLock { state in
            guard state.users[user.id] == nil else { throw RPCError.taken("user") }
            var user = user
            user.created = now()
            state.users[user.id] = user
            state.incarnations[user.id] = state.nextNumber()
            return user
        }
    }

    package func removeUser(_ id: String, deadline: ContinuousClock.Instant) async throws {
        try state.withLock { state in
            guard state.users[id] != nil else { throw RPCError.missing("user") }
            guard !state.isLastAdministrator(id) else { throw RPCError.lastAdministrator }
            state.drop(user: id)
        }
    }

    /// Takes a user away, the last administrator too.
    func dropUser(_ id: String) {
        state.withLock { $0.drop(user: id) }
    }

    // MARK: Groups

    package func groups(_ range: ListRange, deadline: ContinuousClock.Instant) async throws -> Listed<Group> {
        state.withLock { Self.page(Array($0.groups.values), range, \.id) }
    }

    package func group(_ id: String, deadline: ContinuousClock.Instant) async throws -> Group? {
        state.withLock { $0.groups[id] }
    }

    package func add(_ group: Group, deadline: ContinuousClock.Instant) async throws -> Group {
        try state.withLock { state in
            guard state.groups[group.id] == nil else { throw RPCError.taken("group") }
            var group = group
            group.created = now()
            state.groups[group.id] = group
            return group
        }
    }

    package func removeGroup(_ id: String, deadline: ContinuousClock.Instant) async throws {
        try state.withLock { state in
            guard state.groups.removeValue(forKey: id) != nil else { throw RPCError.missing("group") }
            state.memberships = state.memberships.filter { $0.groupID != id }
            state.attachments = state.attachments.filter { $0.holder != PolicyHolder(.group, id) }
        }
    }

    package func members(
        of group: String, _ range: ListRange, deadline: ContinuousClock.Instant
    ) async throws -> Listed<User> {
        try state.withLock { state in
            guard state.groups[group] != nil else { throw RPCError.missing("group") }
            let users = state.memberships.filter { $0.groupID == group }.compactMap { state.users[$0.userID] }
            return Self.page(users, range, \.id)
        }
    }

    package func groups(
        of user: String, _ range: ListRange, deadline: ContinuousClock.Instant
    ) async throws -> Listed<Group> {
        try state.withLock { state in
            guard state.users[user] != nil else { throw RPCError.missing("user") }
            let groups = state.memberships.filter { $0.userID == user }.compactMap { state.groups[$0.groupID] }
            return Self.page(groups, range, \.id)
        }
    }

    package func add(_ membership: Membership, deadline: ContinuousClock.Instant) async throws {
        try state.withLock { state in
            guard state.groups[membership.groupID] != nil else { throw RPCError.missing("group") }
            guard state.users[membership.userID] != nil else { throw RPCError.missing("user") }
            if state.memberships.contains(membership) { return }
            guard state.memberships.count(where: { $0.userID == membership.userID }) < DirectoryLimits.groupsOfUser
            else { throw RPCError.tooMany("groups", DirectoryLimits.groupsOfUser, of: "user") }
            state.memberships.insert(membership)
        }
    }

    package func remove(_ membership: Membership, deadline: ContinuousClock.Instant) async throws {
        try state.withLock { state in
            guard state.groups[membership.groupID] != nil else { throw RPCError.missing("group") }
            guard state.users[membership.userID] != nil else { throw RPCError.missing("user") }
            guard state.memberships.contains(membership) else { throw RPCError.missing("membership") }
            guard membership.groupID != BaseDirectory.administrators || !state.isLastAdministrator(membership.userID)
            else { throw RPCError.lastAdministrator }
            state.memberships.remove(membership)
        }
    }

    // MARK: External principals

    package func externalPrincipals(
        of user: String, _ range: ListRange, deadline: ContinuousClock.Instant
    ) async throws -> Listed<ExternalPrincipal> {
        try state.withLock { state in
            guard state.users[user] != nil else { throw RPCError.missing("user") }
            return Self.page(state.externalPrincipals.values.filter { $0.userID == user }, range, \.id)
        }
    }

    package func externalPrincipal(
        _ id: String, deadline: ContinuousClock.Instant
    ) async throws -> ExternalPrincipal? {
        state.withLock { $0.externalPrincipals[id] }
    }

    package func add(_ principal: ExternalPrincipal, deadline: ContinuousClock.Instant) async throws {
        try state.withLock { state in
            guard state.users[principal.userID] != nil else { throw RPCError.missing("user") }
            guard state.externalPrincipals[principal.id] == nil else { throw RPCError.taken("external principal") }
            let limit = DirectoryLimits.externalPrincipalsOfUser
            guard state.externalPrincipals.values.count(where: { $0.userID == principal.userID }) < limit else {
                throw RPCError.tooMany("external principals", limit, of: "user")
            }
            state.externalPrincipals[principal.id] = principal
        }
    }

    package func add(
        _ user: User, tiedTo principal: ExternalPrincipal, groups: [String], deadline: ContinuousClock.Instant
    ) async throws {
        try state.withLock { state in
            guard state.users[user.id] == nil else { throw RPCError.taken("user") }
            guard state.externalPrincipals[principal.id] == nil else { throw RPCError.taken("external principal") }
            var user = user
            user.created = now()
            state.users[user.id] = user
            state.incarnations[user.id] = state.nextNumber()
            state.externalPrincipals[principal.id] = principal
            for group in groups.prefix(DirectoryLimits.groupsOfUser) where state.groups[group] != nil {
                state.memberships.insert(Membership(groupID: group, userID: user.id))
            }
        }
    }

    package func describe(
        _ user: String, friendlyName: String?, email: String?, deadline: ContinuousClock.Instant
    ) async throws {
        state.withLock { state in
            if let friendlyName { state.users[user]?.friendlyName = friendlyName }
            if let email { state.users[user]?.email = email }
        }
    }

    package func removeExternalPrincipal(
        _ id: String, of user: String, deadline: ContinuousClock.Instant
    ) async throws {
        try state.withLock { state in
            guard state.users[user] != nil else { throw RPCError.missing("user") }
            guard state.externalPrincipals[id]?.userID == user else { throw RPCError.missing("external principal") }
            state.externalPrincipals[id] = nil
        }
    }
}

extension MemoryAuthStore.State {
    func isLastAdministrator(_ user: String) -> Bool {
        let members = memberships.filter { $0.groupID == BaseDirectory.administrators }
        return members.count == 1 && members.first?.userID == user
    }

    fileprivate mutating func drop(user id: String) {
        users[id] = nil
        incarnations[id] = nil
        passwords[id] = nil
        memberships = memberships.filter { $0.userID != id }
        attachments = attachments.filter { $0.holder != PolicyHolder(.user, id) }
        externalPrincipals = externalPrincipals.filter { $0.value.userID != id }
        for key in credentials.values where key.userID == id { times[key.accessKeyID] = nil }
        credentials = credentials.filter { $0.value.userID != id }
    }
}
