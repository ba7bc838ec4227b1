import Database
import Seeded
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(3))) struct DeadlineTests {
    static let sleep = Statement.read("SELECT pg_sleep($1)")
    static let lock = Statement.write("SELECT id FROM t FOR UPDATE")

    /// Long enough to be sent on a busy machine.
    private func short() -> ContinuousClock.Instant { .now + .seconds(2) }

    /// For what cannot be sent in any case.
    private func brief() -> ContinuousClock.Instant { .now + .milliseconds(100) }

    @Test("A call whose deadline has passed is not sent")
    func past() async throws {
        let database = try await freshDatabase()
        try await database.ready(deadline: soon)
        try await database.define("CREATE TABLE t (id bigint)")
        let insert = Statement.write("INSERT INTO t VALUES (1)")
        let past = ContinuousClock.now
        #expect(await databaseFailure { _ = try await database.write(insert, deadline: past) } == .deadlineExceeded)
        #expect(await databaseFailure { _ = try await database.exclusive(insert, deadline: past) } == .deadlineExceeded)
        let error = await databaseFailure {
            try await database.transaction(deadline: past) { _ = try await $0.run(insert) }
        }
        #expect(error == .deadlineExceeded)
        #expect(try await database.read(.read("SELECT 1 FROM t"), deadline: soon).isEmpty)
    }

    @Test("A read that takes too long is given up, and the next gets its own answer")
    func read() async throws {
        let database = try await freshDatabase()
        try await database.ready(deadline: soon)
        let error = await databaseFailure {
            _ = try await database.read(Self.sleep, [.double(6)], deadline: short())
        }
        #expect(error == .deadlineExceeded)
        #expect(try await database.read(.read("SELECT 42::bigint"), deadline: soon).first?.int64(0) == 42)
    }

    @Test("A change that takes too long may or may not be committed")
    func write() async throws {
        let database = try await freshDatabase()
        try await database.ready(deadline: soon)
        let error = await databaseFailure {
            _ = try await database.write(.write("SELECT pg_sleep($1)"), [.double(6)], deadline: short())
        }
        guard case .outcomeUnknown = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("The wait for a connection ends at the deadline, and the connection is not lost to it")
    func pool() async throws {
        let database = try await freshDatabase { $0.maxExclusiveConnections = 1 }
        try await database.define("CREATE TABLE t (id bigint)")
        try await database.transaction(deadline: soon) { holder in
            _ = try await holder.run(Self.lock)
            let error = await databaseFailure {
                try await database.transaction(deadline: brief()) { _ = try await $0.run(Self.lock) }
            }
            #expect(error == .deadlineExceeded)
            let alone = await databaseFailure { _ = try await database.exclusive(Self.lock, deadline: brief()) }
            #expect(alone == .deadlineExceeded)
        }
        _ = try await database.exclusive(Self.lock, deadline: soon)
    }

    @Test("At the deadline a statement that waits for a lock is cancelled, and the locks it holds are released")
    func lock() async throws {
        let database = try await freshDatabase { $0.lockTimeout = .seconds(50) }
        try await database.define("CREATE TABLE t AS SELECT 1 AS id; CREATE TABLE u AS SELECT 1 AS id")
        let other = Statement.write("SELECT id FROM u FOR UPDATE")
        try await database.transaction(deadline: soon) { holder in
            _ = try await holder.run(Self.lock)
            let error = await databaseFailure {
                try await database.transaction(deadline: short()) { transaction in
                    _ = try await transaction.run(other)
                    _ = try await transaction.run(Self.lock)
                }
            }
            #expect(error == .deadlineExceeded)
            // The server lets go as soon as it hears of the cancellation.
            _ = try await database.exclusive(other, deadline: soon)
        }
    }

    @Test("The server ends what exceeds the statement time-out")
    func statementTimeout() async throws {
        let database = try await freshDatabase { $0.statementTimeout = .milliseconds(100) }
        let error = await databaseFailure {
            _ = try await database.read(Self.sleep, [.double(30)], deadline: soon)
        }
        #expect(error?.serverError?.isCancelled == true)
    }

    @Test("A task cancelled before its statement is sent gives up at once")
    func cancelled() async throws {
        let database = try await freshDatabase { $0.maxExclusiveConnections = 1 }
        try await database.define("CREATE TABLE t (id bigint)")
        try await database.transaction(deadline: soon) { holder in
            _ = try await holder.run(Self.lock)
            let waiting = Task { try await database.exclusive(Self.lock, deadline: soon) }
            let transaction = Task {
                try await database.transaction(deadline: soon) { _ = try await $0.run(Self.lock) }
            }
            try await Task.sleep(for: .milliseconds(20))
            waiting.cancel()
            transaction.cancel()
            await #expect(throws: CancellationError.self) { _ = try await waiting.value }
            await #expect(throws: CancellationError.self) { try await transaction.value }
        }
        _ = try await database.exclusive(Self.lock, deadline: soon)
    }

    @Test("Cancelled tasks never corrupt a connection", arguments: 0..<4 as Range<UInt64>)
    func cancelledAtRandom(seed: UInt64) async throws {
        let database = try await freshDatabase { $0.maxExclusiveConnections = 2 }
        try await database.define("CREATE TABLE t (id bigint PRIMARY KEY)")
        let insert = Statement.write("INSERT INTO t VALUES ($1) RETURNING id")
        let echo = Statement.read("SELECT $1::bigint")
        await withTaskGroup { group in
            for task in 0..<48 as Range<Int64> {
                group.addTask {
                    var generator = SeededGenerator(seed: seed &* 1_000 &+ UInt64(task))
                    for round in 0..<10 as Range<Int64> {
                        let value = task * 1_000 + round
                        let work = Task {
                            let rows: Rows
                            switch value % 3 {
                            case 0: rows = try await database.read(echo, [.int64(value)], deadline: soon)
                            case 1: rows = try await database.write(insert, [.int64(value)], deadline: soon)
                            default:
                                rows = try await database.transaction(deadline: soon) {
                                    _ = try await $0.run(echo, [0])
                                    return try await $0.run(insert, [.int64(value)])
                                }
                            }
                            #expect(try rows.first?.int64(0) == value, "seed \(seed)")
                        }
                        if Bool.random(using: &generator) {
                            try? await Task.sleep(for: .microseconds(Int.random(in: 0...2_000, using: &generator)))
                            work.cancel()
                        }
                        if case .failure(let error) = await work.result {
                            #expect(error is CancellationError, "seed \(seed)")
                        }
                    }
                }
            }
        }
        #expect(try await database.read(echo, [7], deadline: soon).first?.int64(0) == 7)
        try await database.transaction(deadline: soon) { _ = try await $0.run(insert, [-1]) }
    }
}
