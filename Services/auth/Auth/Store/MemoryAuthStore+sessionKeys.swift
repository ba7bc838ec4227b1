import Synchronization
package import Wire

extension MemoryAuthStore {
    package func add(
        _ credential: StoredCredential, _ session: StoredSession, deadline: ContinuousClock.Instant
    ) async throws -> Bool {
        try state.withLock { state in
            let now = now()
            state.credentials = state.credentials.filter {
                $1.session == nil || ($1.expires ?? 0) > now - 86_400
            }
            guard state.users[credential.userID] != nil, state.holds(credential, now: now) else { return false }
            let live = state.credentials.values.count {
                $0.userID == credential.userID && $0.session != nil && ($0.expires ?? 0) > now
            }
            guard live < DirectoryLimits.sessionsOfUser else {
                throw RPCError.tooMany("sessions", DirectoryLimits.sessionsOfUser, of: "user")
            }
            _ = try BoundsText.encode(session.bounds)
            state.credentials[credential.accessKeyID] = credential
            state.times[credential.accessKeyID] = (now, nil)
            return true
        }
    }

    package func sessions(
        of user: String, _ range: ListRange, deadline: ContinuousClock.Instant
    ) async throws -> Listed<Credential> {
        state.withLock { state in
            Self.page(
                state.credentials.values.filter {
                    $0.userID == user && $0.session != nil && ($0.expires ?? 0) > now()
                }.map { Self.shown($0, state) }, range, \.accessKeyID)
        }
    }

    package func removeSession(
        _ accessKeyID: String, of user: String, deadline: ContinuousClock.Instant
    ) async throws {
        try state.withLock { state in
            guard let key = state.credentials[accessKeyID], key.userID == user, key.session != nil else {
                throw RPCError.missing("session")
            }
            state.credentials[accessKeyID] = nil
            state.times[accessKeyID] = nil
        }
    }
}

extension MemoryAuthStore.State {
    /// Whether what the maker of a session was known by is still there; true for a lasting key.
    func holds(_ credential: StoredCredential, now: Int64) -> Bool {
        guard let session = credential.session else { return true }
        if let login = session.loginID, endedSessions.contains(login) { return false }
        return holds(session.grant, of: credential.userID, now: now)
    }

    func holds(_ grant: Session.Grant, of user: String, now: Int64) -> Bool {
        switch grant {
        case .password(let generation): return passwords[user].map { String($0.generation) } == generation
        case .externalPrincipal(let id): return externalPrincipals[id]?.userID == user
        case .accessKey(let id):
            guard let key = credentials[id], key.userID == user else { return false }
            return key.expires.map { $0 > now } ?? true
        }
    }
}
