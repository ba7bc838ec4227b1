import Policy
import Synchronization
package import Wire

/// Users, directory and credentials in memory, for tests.
package final class MemoryAuthStore: AuthStore {
    struct State {
        var users: [String: User] = [:]
        var groups: [String: Group] = [:]
        var policies: [String: KeptPolicy] = [:]
        var memberships: Set<Membership> = []
        var attachments: Set<PolicyAttachment> = []
        var externalPrincipals: [String: ExternalPrincipal] = [:]
        var credentials: [String: StoredCredential] = [:]
        /// What is not in `credentials` of them, by id.
        var times: [String: (created: Int64, lastUsed: Int64?)] = [:]
        /// What tells users of one name apart, one after another.
        var incarnations: [String: Int] = [:]
        var passwords: [String: (password: StoredPassword, generation: Int)] = [:]
        var lastNumber = 0
        var endedSessions: Set<String> = []
        var isInitialized = false
        var purposeKeys: [StoredPurposeKey] = []
    }

    let state: Mutex<State>
    let now: @Sendable () -> Int64

    /// - Parameter now: seconds since 1970.
    package init(now: @escaping @Sendable () -> Int64) {
        self.now = now
        var base = State()
        for document in BaseDirectory.policies {
            base.policies[document.id] = KeptPolicy(document: document, created: now())
        }
        for group in BaseDirectory.groups {
            base.groups[group.id] = Group(id: group.id, description: group.description, created: now())
            for id in group.policies {
                base.attachments.insert(PolicyAttachment(policyID: id, holder: PolicyHolder(.group, group.id)))
            }
        }
        state = Mutex(base)
    }

    package func credential(
        _ accessKeyID: String, deadline: ContinuousClock.Instant
    ) async throws -> StoredCredential? {
        state.withLock { state in
            guard let found = state.credentials[accessKeyID] else { return nil }
            return state.holds(found, now: now()) ? found : nil
        }
    }

    package func isInitialized(deadline: ContinuousClock.Instant) async throws -> Bool {
        state.withLock { $0.isInitialized }
    }

    package func setUp(_ credential: StoredCredential, deadline: ContinuousClock.Instant) async throws -> Int64? {
        state.withLock { state in
            guard !state.isInitialized else { return nil }
            state.isInitialized = true
            let created = now()
            state.users[credential.userID] = User(id: credential.userID, created: created)
            state.incarnations[credential.userID] = state.nextNumber()
            state.memberships.insert(Membership(groupID: BaseDirectory.administrators, userID: credential.userID))
            state.credentials[credential.accessKeyID] = credential
            state.times[credential.accessKeyID] = (created, nil)
            return created
        }
    }

    package func add(_ credential: StoredCredential, deadline: ContinuousClock.Instant) async throws -> Int64? {
        try state.withLock { state in
            guard state.users[credential.userID] != nil else { return nil }
            guard state.credentials[credential.accessKeyID] == nil else {
                throw RPCError(.alreadyExists, subject: "credential", "the access key id is taken")
            }
            let limit = DirectoryLimits.keysOfUser
            guard state.credentials.values.count(where: { $0.userID == credential.userID && $0.session == nil }) < limit
            else {
                throw RPCError.tooMany("access keys", limit, of: "user")
            }
            state.credentials[credential.accessKeyID] = credential
            state.times[credential.accessKeyID] = (now(), nil)
            return now()
        }
    }

    package func credentials(
        of user: String, _ range: ListRange, deadline: ContinuousClock.Instant
    ) async throws -> Listed<Credential> {
        state.withLock { state in
            Self.page(
                state.credentials.values.filter { $0.userID == user && $0.session == nil }
                    .map { Self.shown($0, state) }, range, \.accessKeyID)
        }
    }

    package func credential(
        _ accessKeyID: String, of user: String, deadline: ContinuousClock.Instant
    ) async throws -> Credential? {
        state.withLock { state in
            state.credentials[accessKeyID].flatMap {
                $0.userID == user && $0.session == nil ? Self.shown($0, state) : nil
            }
        }
    }

    static func shown(_ stored: StoredCredential, _ state: State) -> Credential {
        let times = state.times[stored.accessKeyID]
        return Credential(
            accessKeyID: stored.accessKeyID, created: times?.created ?? 0, name: stored.name, expires: stored.expires,
            lastUsed: times?.lastUsed)
    }

    package func removeCredential(
        _ accessKeyID: String, of user: String, deadline: ContinuousClock.Instant
    ) async throws {
        try state.withLock { state in
            guard let key = state.credentials[accessKeyID], key.userID == user, key.session == nil else {
                throw RPCError.missing("credential")
            }
            state.credentials[accessKeyID] = nil
            state.times[accessKeyID] = nil
            state.credentials = state.credentials.filter { $1.session?.grant != .accessKey(accessKeyID) }
        }
    }

    package func used(_ accessKeyID: String, deadline: ContinuousClock.Instant) async throws {
        state.withLock { $0.times[accessKeyID]?.lastUsed = now() }
    }

    package func purposeKeys(
        of purpose: String, deadline: ContinuousClock.Instant
    ) async throws -> [StoredPurposeKey] {
        state.withLock { $0.purposeKeys.filter { $0.purpose == purpose }.sorted { $0.number > $1.number } }
    }

    package func add(
        _ key: StoredPurposeKey, removingCreatedBefore created: Int64, deadline: ContinuousClock.Instant
    ) async throws -> Bool {
        state.withLock { state in
            guard !state.purposeKeys.contains(where: { $0.purpose == key.purpose && $0.number == key.number }) else {
                return false
            }
            state.purposeKeys.removeAll { $0.purpose == key.purpose && $0.created < created }
            state.purposeKeys.append(key)
            return true
        }
    }

    package func masterKeyIDs(limit: Int, deadline: ContinuousClock.Instant) async throws -> [String] {
        state.withLock { Array(Set($0.credentials.values.map(\.secret.keyID)).sorted().prefix(limit)) }
    }

    /// A page of rows by the bytes of their ids.
    static func page<Row: Codable & Hashable & Sendable>(
        _ rows: [Row], _ range: ListRange, _ id: (Row) -> String
    ) -> Listed<Row> {
        let found = rows.filter { row in
            id(row).utf8.starts(with: range.prefix.utf8) && Self.isBefore(range.after, id(row))
        }.sorted { Self.isBefore(id($0), id($1)) }
        return Listed(results: Array(found.prefix(range.amount)), hasMore: found.count > range.amount)
    }

    private static func isBefore(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}
