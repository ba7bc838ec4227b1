import Database
import Domain
import VersionTree
import Wire

extension Catalog {
    /// Whether the branch still had the version that the move starts from, and so has moved.
    func move(_ move: BranchMove, _ deadline: ContinuousClock.Instant) async throws -> Bool {
        do {
            guard try await carryOut(move, deadline) else { return false }
        } catch DatabaseError.serverRestarted {
            return false
        }
        for commit in move.earlier + [move.commit].compactMap(\.self) { commits.insert(move.repository, commit) }
        return true
    }

    private func carryOut(_ move: BranchMove, _ deadline: ContinuousClock.Instant) async throws -> Bool {
        let parameters = move.parameters(pinTerm: pins.term)
        guard !move.earlier.isEmpty else {
            return try await database.exclusive(
                move.statement, parameters, epoch: move.epoch, deadline: deadline
            ).count == 1
        }
        return try await database.transaction(epoch: move.epoch, deadline: deadline) { transaction in
            let rows = try await transaction.run(move.statement, parameters)
            guard rows.count == 1 else { return false }
            _ = try await transaction.repeated(BranchMove.insertCommit, move.earlierParameters)
            return true
        }
    }

    /// The branch as it is; nil where its repository does not exist.
    /// - Throws: `notFound` (branch)
    func branchState(
        _ repository: RepositoryName, _ branch: BranchName, _ operation: OperationID, _ ticket: Int64,
        _ deadline: ContinuousClock.Instant
    ) async throws -> BranchState? {
        let epoch = database.epoch
        let rows = try await database.read(
            BranchState.select, [.name(repository), .name(branch), .id(operation), .int64(ticket)], deadline: deadline)
        return try rows.first.map { try BranchState($0, name: branch, epoch: epoch) }
    }

    /// Carries out an operation on a branch: at once where nobody is in the way, in line where somebody is.
    ///
    /// - Parameter attempt: works from one version of the branch and answers nil where the branch has moved on meanwhile.
    /// - Parameter recall: what the operation answered when it was carried out before.
    func operate<Answer>(
        on branch: BranchName, of repository: RepositoryName, _ operation: OperationID,
        deadline: ContinuousClock.Instant, recall: (BranchState, [UInt8]) async throws -> Answer,
        attempt: (BranchState, BranchTurn?) async throws -> Answer?
    ) async throws -> Answer {
        var turn: BranchTurn?
        do {
            while true {
                try await turn?.renew()
                guard
                    let state = try await branchState(
                        repository, branch, operation, turn?.ticket ?? .max, deadline)
                else { throw RPCError.repositoryNotFound }
                if let answer = state.answer {
                    let recalled = try await recall(state, answer)
                    await turn?.end()
                    return recalled
                }
                if let turn, state.isHeld {
                    try await turn.wait()
                    continue
                }
                if !state.isHeld, let answer = try await self.attempt(state, { try await attempt(state, turn) }) {
                    await turn?.end()
                    return answer
                }
                if turn == nil {
                    turn = try await lines.enter(state.repository.id, state.id, database, limits.lease, deadline)
                }
                guard .now < deadline else { throw RPCError(.deadlineExceeded, "the deadline passed") }
            }
        } catch {
            await turn?.end()
            throw error
        }
    }

    /// One attempt at an operation; nil also where it stumbled over what a crash of the database took away.
    private func attempt<Answer>(
        _ state: BranchState, _ body: () async throws -> Answer?
    ) async throws -> Answer? {
        do {
            return try await pins.hold(state.pin, body)
        } catch TreeError.missingNode where database.epoch != state.epoch {
            return nil
        }
    }
}
