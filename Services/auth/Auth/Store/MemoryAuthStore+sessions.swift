import Synchronization
import Wire

extension MemoryAuthStore {
    package func incarnation(of user: String, deadline: ContinuousClock.Instant) async throws -> String? {
        state.withLock { $0.incarnations[user].map(String.init) }
    }

    package func isGood(_ session: Session, now: Int64, deadline: ContinuousClock.Instant) async throws -> Bool {
        state.withLock { state in
            guard state.incarnations[session.userID].map(String.init) == session.incarnation,
                !state.endedSessions.contains(session.id)
            else { return false }
            return state.holds(session.grant, of: session.userID, now: now)
        }
    }

    package func end(_ session: Session, deadline: ContinuousClock.Instant) async throws {
        state.withLock { _ = $0.endedSessions.insert(session.id) }
    }

    package func password(
        of user: String, deadline: ContinuousClock.Instant
    ) async throws -> (password: StoredPassword, generation: String)? {
        state.withLock { $0.passwords[user].map { ($0.password, String($0.generation)) } }
    }

    package func set(_ password: StoredPassword, of user: String, deadline: ContinuousClock.Instant) async throws {
        try state.withLock { state in
            guard state.users[user] != nil else { throw RPCError.missing("user") }
            state.passwords[user] = (password, state.nextNumber())
        }
    }

    package func removePassword(of user: String, deadline: ContinuousClock.Instant) async throws {
        try state.withLock { state in
            guard state.users[user] != nil else { throw RPCError.missing("user") }
            guard state.passwords.removeValue(forKey: user) != nil else { throw RPCError.missing("password") }
        }
    }
}

extension MemoryAuthStore.State {
    mutating func nextNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }
}
