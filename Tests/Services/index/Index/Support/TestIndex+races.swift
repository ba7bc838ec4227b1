import Database
import Domain
import Wire

@testable import Index

/// Holds one of two rivals where the other gets in its way.
extension TestIndex {
    struct DidNotWait: Error {}

    /// Runs a statement on this test's database.
    @discardableResult
    func sql(_ text: String, _ parameters: [Parameter] = []) async throws -> Rows {
        try await catalog.database.exclusive(.write(text), parameters, deadline: .now + .seconds(20))
    }

    func state(_ branch: String = "main") async throws -> BranchState {
        let state = try await catalog.branchState(
            repository, try BranchName(branch), OperationID(), .max, .now + .seconds(10))
        guard let state else { throw RPCError.repositoryNotFound }
        return state
    }

    /// Puts everything staged into closed tokens.
    func seal(_ branch: String = "main") async throws {
        _ = try await catalog.seal(try await state(branch), .now + .seconds(10))
    }

    func write(_ path: String, _ content: String, on branch: String = "main") throws -> StagedWrite {
        StagedWrite(
            repository: repository, repositoryID: nil, branch: try BranchName(branch), key: Array(path.utf8),
            entry: try catalog.encode(Self.entry(content)), id: .random(), force: false)
    }

    /// Returns as soon as so many statements of this test wait for locks.
    func untilWaiting(_ count: Int = 1) async throws {
        let end = ContinuousClock.now + .seconds(20)
        while true {
            let rows = try await sql(
                "SELECT 1 FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'",
                [.text(schema)])
            if rows.count >= count { return }
            guard .now < end else { throw DidNotWait() }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Starts the rival in mid-transaction of the body, waits until it has to wait, and lets both go on.
    func race<Answer: Sendable>(
        _ body: (Transaction) async throws -> Void, against rival: @escaping @Sendable () async throws -> Answer,
        meanwhile: (Transaction) async throws -> Void = { _ in }
    ) async throws -> Answer {
        let task = try await catalog.database.transaction(deadline: .now + .seconds(30)) { transaction in
            try await body(transaction)
            let task = Task { try await rival() }
            try await untilWaiting()
            try await meanwhile(transaction)
            return task
        }
        return try await task.value
    }

    /// As `race`, with a write between its statement and its commit.
    func raceWrite<Answer: Sendable>(
        _ path: String, _ content: String, on branch: String = "main",
        against rival: @escaping @Sendable () async throws -> Answer,
        meanwhile: (Transaction) async throws -> Void = { _ in }
    ) async throws -> Answer {
        let write = try write(path, content, on: branch)
        return try await race(
            { transaction in
                let rows = try await transaction.pipeline([write.call])[0]
                guard rows.affected == 1 else { throw RPCError.branchNotFound }
            }, against: rival, meanwhile: meanwhile)
    }

    /// As `race`, with the branch's row locked and, when the rival has come up to it, moved or deleted.
    func overtake<Answer: Sendable>(
        _ branch: String = "main", against rival: @escaping @Sendable () async throws -> Answer,
        with change: (Transaction) async throws -> Void
    ) async throws -> Answer {
        let name = try BranchName(branch)
        return try await race(
            { _ = try await $0.run(.write("SELECT 1 FROM ref WHERE name = $1 FOR UPDATE"), [.name(name)]) },
            against: rival, meanwhile: change)
    }
}
