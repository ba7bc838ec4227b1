import Synchronization

extension MemoryAuthStore {
    package func credentials(
        notSealedBy keyID: String, limit: Int, deadline: ContinuousClock.Instant
    ) async throws -> [StoredCredential] {
        state.withLock { state in
            let others = state.credentials.values.filter { $0.secret.keyID != keyID }
            return Array(others.sorted { $0.accessKeyID < $1.accessKeyID }.prefix(limit))
        }
    }

    package func purposeKeys(
        notSealedBy keyID: String, limit: Int, deadline: ContinuousClock.Instant
    ) async throws -> [StoredPurposeKey] {
        state.withLock { state in Array(state.purposeKeys.filter { $0.key.keyID != keyID }.prefix(limit)) }
    }

    package func reseal(
        _ credential: StoredCredential, as secret: SealedSecret, deadline: ContinuousClock.Instant
    ) async throws {
        state.withLock { state in
            guard let now = state.credentials[credential.accessKeyID], now.secret == credential.secret else { return }
            state.credentials[credential.accessKeyID] = StoredCredential(
                accessKeyID: now.accessKeyID, userID: now.userID, secret: secret, name: now.name,
                expires: now.expires)
        }
    }

    package func reseal(
        _ key: StoredPurposeKey, as sealed: SealedSecret, deadline: ContinuousClock.Instant
    ) async throws {
        state.withLock { state in
            guard let index = state.purposeKeys.firstIndex(of: key) else { return }
            state.purposeKeys[index] = StoredPurposeKey(
                purpose: key.purpose, number: key.number, key: sealed, created: key.created)
        }
    }
}
