import Synchronization

/// A transaction under way, valid within the closure of `Database.transaction`.
///
/// A failed statement dooms it: what follows fails, and it is rolled back.
package final class Transaction: Sendable {
    private let database: Database
    private let lease: Lease
    package let deadline: ContinuousClock.Instant
    private let isFinished = Atomic(false)

    /// How long to wait for the answer to ROLLBACK. The connection does not depend on it.
    private static let rollbackWait = Duration.seconds(2)

    init(database: Database, lease: Lease, deadline: ContinuousClock.Instant) {
        self.database = database
        self.lease = lease
        self.deadline = deadline
    }

    package func run(_ statement: Statement, _ parameters: [Parameter] = []) async throws -> Rows {
        let request = try request(.one(Call(statement, parameters)))
        try await database.submit(request)
        return request.first
    }

    /// Runs several statements in one round trip and answers in their order. The first that fails keeps the rest from running.
    package func pipeline(_ calls: [Call]) async throws -> [Rows] {
        let request = try request(.several(calls))
        try await database.submit(request)
        return request.rows
    }

    /// Runs one statement with each of the sets of parameters, streamed without waiting for answers in between.
    /// - Returns: how many rows were touched in all.
    package func repeated(_ statement: Statement, _ sets: [[Parameter]]) async throws -> Int {
        guard !sets.isEmpty else { return 0 }
        let request = try request(.repeated(statement, sets))
        try await database.submit(request)
        return request.affected
    }

    /// Runs a text of several statements separated by semicolons, without parameters and without an answer.
    package func script(_ sql: String) async throws {
        // A script travels outside the pipeline, so BEGIN goes ahead of it.
        try await database.submit(try request(.several([])))
        try await database.submit(try request(.script(CText(sql))))
    }

    /// Runs the last statements of the transaction and commits it, all in one round trip.
    ///
    /// For when nothing depends on their answers, or what must not be committed makes them fail.
    package func finish(_ calls: [Call]) async throws -> [Rows] {
        let request = try request(.several(calls), ending: .commit)
        try await database.submit(request)
        isFinished.store(true, ordering: .relaxed)
        return request.rows
    }

    func commit() async throws {
        if isFinished.load(ordering: .relaxed) { return }
        try await database.submit(try request(.several([]), ending: .commit))
    }

    func rollBack() async {
        guard let request = try? request(.several([]), ending: .rollback, deadline: .now + Self.rollbackWait)
        else { return }
        await database.settle(request)
    }

    private func request(
        _ work: Request.Work, ending: Request.Ending = .none, deadline: ContinuousClock.Instant? = nil
    ) throws(DatabaseError) -> Request {
        try Request(work, route: .exclusive(lease), ending: ending, deadline: deadline ?? self.deadline)
    }
}
