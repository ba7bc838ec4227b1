import Database
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(3))) struct ShutdownTests {
    @Test("What is under way ends well, and what comes after is refused")
    func drains() async throws {
        let (database, name) = try await namedDatabase {
            $0.lockTimeout = .seconds(60)
            $0.sharedLockTimeout = .seconds(60)
        }
        try await database.ready(deadline: soon)
        try await database.define("CREATE TABLE t (id bigint)")
        let insert = Statement.write("INSERT INTO t VALUES (1)")
        let (write, transaction, endings) = try await sharedDatabase().transaction(deadline: soon) { holder in
            _ = try await holder.run(.write("LOCK TABLE \(name).t"))
            let write = Task { try await database.write(insert, deadline: soon) }
            let transaction = Task {
                try await database.transaction(deadline: soon) { transaction in
                    _ = try await transaction.run(insert)
                    _ = try await transaction.run(insert)
                }
            }
            try await waitUntilRunning("INSERT INTO t", by: name, count: 2)
            let endings = (0..<2).map { _ in Task { await database.shutdown(deadline: soon) } }
            try await Task.sleep(for: .milliseconds(100))
            return (write, transaction, endings)
        }
        for ending in endings { await ending.value }
        #expect(try await write.value.affected == 1)
        try await transaction.value
        #expect(await databaseFailure { _ = try await database.read(.read("SELECT 1"), deadline: soon) } == .closed)
        let late = await databaseFailure {
            try await database.transaction(deadline: soon) { _ = try await $0.run(insert) }
        }
        #expect(late == .closed)
        await database.shutdown(deadline: soon)
    }

    @Test("At its deadline what is left is broken off")
    func breaksOff() async throws {
        let (database, name) = try await namedDatabase()
        try await database.ready(deadline: soon)
        let write = Task { try await database.write(.write("SELECT pg_sleep(30)"), deadline: soon) }
        try await waitUntilRunning("pg_sleep", by: name)
        await database.shutdown(deadline: .now + .milliseconds(50))
        let error = await databaseFailure { _ = try await write.value }
        guard case .outcomeUnknown = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
