import Database
import Domain
import Wire

/// Sealing: the branch gets a new open token, then the old one is closed, which waits for the writes under way in it.
extension Catalog {
    /// The branch with all of its rows in closed tokens, or nil where the branch has moved on.
    func seal(_ state: BranchState, _ deadline: ContinuousClock.Instant) async throws -> BranchState? {
        var state = state
        if state.openHasRows {
            let token = UUIDBytes.random()
            let rows = try await database.exclusive(
                Self.pushToken,
                [
                    .int64(state.repository.id), .name(state.name), .int64(state.id), .int64(state.version),
                    .uuid(token),
                ],
                deadline: deadline)
            guard rows.affected == 1 else { return nil }
            state.version += 1
            state.tokens.insert(token, at: 0)
            state.openTokens.insert(token, at: 0)
            state.openHasRows = false
            state.lowerHasRows = true
        }
        let open = state.openTokens.filter { $0 != state.tokens.first }
        if !open.isEmpty {
            // The second statement sees what the first has waited for.
            let rows = try await database.exclusive(
                [
                    Call(Self.closeTokens, [.int64(state.repository.id), .uuids(open)]),
                    StagedCursor.firstWindow(repository: state.repository.id, tokens: state.lowerTokens),
                ], deadline: deadline)
            state.firstRows = rows[1]
            state.openTokens.removeAll { open.contains($0) }
        }
        return state
    }

    /// Waits for the statements under way in the tokens. None of their rows changes any more.
    func close(_ tokens: [UUIDBytes], repository: Int64, _ deadline: ContinuousClock.Instant) async throws {
        _ = try await database.exclusive(Self.closeTokens, [.int64(repository), .uuids(tokens)], deadline: deadline)
    }

    private static let pushToken = Statement.write(
        """
        WITH moved AS (
            UPDATE ref SET tokens = ARRAY[$5::uuid] || tokens, version = version + 1
            WHERE repository = $1 AND name = $2 AND id = $3 AND version = $4 AND \(Durability.withWhatFollows)
            RETURNING repository, id, name
        )
        INSERT INTO token (repository, token, branch, name, state)
        SELECT m.repository, $5, m.id, m.name, 1 FROM moved m
        """)

    private static let closeTokens = Statement.write(
        """
        UPDATE token SET state = 2, since = now() WHERE repository = $1 AND token = ANY ($2::uuid[]) AND state = 1
            AND \(Durability.withWhatFollows)
        """)
}
