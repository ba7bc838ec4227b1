import Synchronization
package import Wire

/// Users and credentials in memory, for tests.
package final class MemoryAuthStore: AuthStore {
    private struct State {
        var users: [String: User] = [:]
        var credentials: [String: StoredCredential] = [:]
        var isInitialized = false
        var purposeKeys: [StoredPurposeKey] = []
    }

    private let state = Mutex(State())
    private let now: @Sendable () -> Int64

    /// - Parameter now: seconds since 1970.
    package init(now: @escaping @Sendable () -> Int64) { self.now = now }

    package func credential(
        _ accessKeyID: String, deadline: ContinuousClock.Instant
    ) async throws -> StoredCredential? {
        state.withLock { $0.credentials[accessKeyID] }
    }

    package func user(_ id: String, deadline: ContinuousClock.Instant) async throws -> User? {
        state.withLock { $0.users[id] }
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
            state.credentials[credential.accessKeyID] = credential
            return created
        }
    }

    package func add(_ credential: StoredCredential, deadline: ContinuousClock.Instant) async throws -> Int64? {
        try state.withLock { state in
            guard state.users[credential.userID] != nil else { return nil }
            guard state.credentials[credential.accessKeyID] == nil else {
                throw RPCError(.alreadyExists, subject: "credential", "the access key id is taken")
            }
            state.credentials[credential.accessKeyID] = credential
            return now()
        }
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

    /// Takes a user away with its credentials.
    package func removeUser(_ id: String) {
        state.withLock { state in
            state.users[id] = nil
            state.credentials = state.credentials.filter { $0.value.userID != id }
        }
    }
}
