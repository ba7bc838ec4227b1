import Database
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(3))) struct TransactionTests {
    struct Stop: Error {}

    static let insert = Statement.write("INSERT INTO t VALUES ($1)")
    static let select = Statement.read("SELECT id FROM t ORDER BY id")
    static let lock = Statement.write("SELECT id FROM t WHERE id = $1 FOR UPDATE")

    private func table(
        _ ids: ClosedRange<Int64>? = nil, _ change: (inout DatabaseConfiguration) -> Void = { _ in }
    ) async throws -> Database {
        let database = try await freshDatabase(change)
        try await database.define("CREATE TABLE t (id bigint PRIMARY KEY)")
        if let ids {
            try await database.transaction(deadline: soon) {
                _ = try await $0.repeated(Self.insert, ids.map { [.int64($0)] })
            }
        }
        return database
    }

    private func ids(_ database: Database) async throws -> [Int64] {
        try await database.read(Self.select, deadline: soon).map { try $0.int64(0) }
    }

    @Test("What the body did is there after, and not before")
    func commits() async throws {
        let database = try await table()
        let value = try await database.transaction(deadline: soon) { transaction in
            _ = try await transaction.run(Self.insert, [1])
            #expect(try await ids(database) == [])
            #expect(try await transaction.run(Self.select).count == 1)
            return "value"
        }
        #expect(value == "value")
        #expect(try await ids(database) == [1])
    }

    @Test("A body that throws leaves nothing behind, and its locks are gone")
    func rollsBack() async throws {
        let database = try await table(1...1) { $0.maxExclusiveConnections = 2 }
        for _ in 0..<5 {
            let error = await failure {
                try await database.transaction(deadline: soon) { transaction in
                    _ = try await transaction.run(Self.insert, [2])
                    _ = try await transaction.run(Self.lock, [1])
                    throw Stop()
                }
            }
            #expect(error is Stop)
            try await database.transaction(lockTimeout: .milliseconds(1), deadline: soon) {
                _ = try await $0.run(Self.lock, [1])
            }
        }
        #expect(try await ids(database) == [1])
    }

    @Test("A body without statements touches no connection")
    func empty() async throws {
        let database = try connect("host=127.0.0.1 port=1")
        try await database.transaction(deadline: soon) { _ in }
        await #expect(throws: Stop.self) { try await database.transaction(deadline: soon) { _ in throw Stop() } }
    }

    @Test("A pipeline answers in order")
    func pipeline() async throws {
        let database = try await table()
        let answers = try await database.transaction(deadline: soon) { transaction in
            try await transaction.pipeline([
                Call(Self.insert, [1]), Call(Self.select), Call(Self.insert, [2]), Call(Self.select),
            ])
        }
        #expect(answers.map(\.affected) == [1, 1, 1, 2])
        #expect(try await ids(database) == [1, 2])
    }

    @Test("A failure in a pipeline dooms the transaction, even where the body goes on")
    func doomed() async throws {
        let database = try await table(1...1)
        let error = await databaseFailure {
            try await database.transaction(deadline: soon) { transaction in
                let error = await databaseFailure {
                    _ = try await transaction.pipeline([
                        Call(Self.insert, [2]), Call(Self.insert, [1]), Call(Self.insert, [3]),
                    ])
                }
                #expect(error?.serverError?.isUniqueViolation == true)
                let next = await databaseFailure { _ = try await transaction.run(Self.insert, [4]) }
                #expect(next?.serverError?.code == "25P02")
            }
        }
        #expect(error == .transactionAborted)
        #expect(try await ids(database) == [1])
    }

    @Test("One statement runs with many sets of parameters, far more than the socket's buffer holds")
    func repeated() async throws {
        let database = try await freshDatabase()
        try await database.define("CREATE TABLE node (id bigint PRIMARY KEY, bytes bytea)")
        let insert = Statement.write("INSERT INTO node VALUES ($1, $2) ON CONFLICT DO NOTHING")
        let bytes = [UInt8](repeating: 3, count: 20_000)
        let sets = (0..<1_000 as Range<Int64>).map { [.int64($0 / 2), .bytes(bytes)] as [Parameter] }
        let touched = try await database.transaction(deadline: soon) { try await $0.repeated(insert, sets) }
        #expect(touched == 500)
        let rows = try await database.read(
            .read("SELECT count(*), sum(length(bytes))::bigint FROM node"), deadline: soon)
        #expect(try rows.first?.int(0) == 500 && rows.first?.int(1) == 500 * bytes.count)
    }

    @Test("A set that fails undoes the sets before it")
    func repeatedFailure() async throws {
        let database = try await table()
        let error = await databaseFailure {
            try await database.transaction(deadline: soon) { transaction in
                _ = try await transaction.repeated(Self.insert, [[1], [2], [1], [3]])
            }
        }
        #expect(error?.serverError?.isUniqueViolation == true)
        #expect(try await ids(database) == [])
    }

    @Test("The last statements may travel with the commit")
    func finish() async throws {
        let database = try await table(1...1) { $0.maxExclusiveConnections = 1 }
        let answers = try await database.transaction(deadline: soon) { transaction in
            _ = try await transaction.run(Self.insert, [2])
            return try await transaction.finish([Call(Self.insert, [3]), Call(Self.select)])
        }
        #expect(answers.map(\.count) == [0, 3])
        let error = await databaseFailure {
            try await database.transaction(deadline: soon) { transaction in
                _ = try await transaction.run(Self.insert, [4])
                _ = try await transaction.finish([Call(Self.insert, [5]), Call(Self.insert, [1])])
            }
        }
        #expect(error?.serverError?.isUniqueViolation == true)
        #expect(try await ids(database) == [1, 2, 3])
        let after = await databaseFailure {
            try await database.transaction(deadline: soon) { transaction in
                _ = try await transaction.finish([Call(Self.insert, [6])])
                _ = try await transaction.run(Self.insert, [7])
            }
        }
        #expect(after == .closed)
        #expect(try await ids(database) == [1, 2, 3, 6])
    }

    @Test("A snapshot sees one moment and changes nothing")
    func snapshot() async throws {
        let database = try await table(1...1)
        try await database.transaction(isolation: .snapshot, deadline: soon) { transaction in
            #expect(try await transaction.run(Self.select).count == 1)
            _ = try await database.write(Self.insert, [2], deadline: soon)
            #expect(try await transaction.run(Self.select).count == 1)
            let error = await databaseFailure { _ = try await transaction.run(Self.insert, [3]) }
            #expect(error?.serverError?.code == "25006")
            throw Stop()
        } catching: {
            #expect($0 is Stop)
        }
    }

    @Test("Of two serializable transactions that read and write each other's rows, one may be tried again")
    func serializable() async throws {
        let database = try await table(1...2)
        let error = await databaseFailure {
            try await database.transaction(isolation: .serializable, deadline: soon) { first in
                _ = try await first.run(Self.select)
                try await database.transaction(isolation: .serializable, deadline: soon) { second in
                    _ = try await second.run(Self.select)
                    _ = try await second.run(Self.insert, [3])
                }
                _ = try await first.run(Self.insert, [4])
            }
        }
        #expect(error?.serverError?.isRetryable == true)
        #expect(try await ids(database) == [1, 2, 3])
    }

    @Test("A constraint checked at the commit fails the commit")
    func deferred() async throws {
        let database = try await freshDatabase()
        try await database.define("CREATE TABLE t (id bigint UNIQUE DEFERRABLE INITIALLY DEFERRED)")
        let inTransaction = await databaseFailure {
            try await database.transaction(deadline: soon) {
                _ = try await $0.pipeline([Call(Self.insert, [1]), Call(Self.insert, [1])])
            }
        }
        #expect(inTransaction?.serverError?.isUniqueViolation == true)
        let calls = [Call(Self.insert, [1]), Call(Self.insert, [1])]
        let shared = await databaseFailure { _ = try await database.write(calls, deadline: soon) }
        #expect(shared?.serverError?.isUniqueViolation == true)
        let alone = await databaseFailure { _ = try await database.exclusive(calls, deadline: soon) }
        #expect(alone?.serverError?.isUniqueViolation == true)
        _ = try await database.write(Self.insert, [2], deadline: soon)
        #expect(try await ids(database) == [2])
    }

    @Test("A lock that is not had in time is an error, and the connection goes on")
    func lockTimeout() async throws {
        let database = try await table(1...1) { $0.lockTimeout = .milliseconds(50) }
        try await database.transaction(deadline: soon) { holder in
            _ = try await holder.run(Self.lock, [1])
            let error = await databaseFailure {
                try await database.transaction(deadline: soon) { _ = try await $0.run(Self.lock, [1]) }
            }
            #expect(error?.serverError?.isLockTimeout == true)
            let shorter = await databaseFailure {
                try await database.transaction(lockTimeout: .milliseconds(1), deadline: soon) {
                    _ = try await $0.run(Self.lock, [1])
                }
            }
            #expect(shorter?.serverError?.isLockTimeout == true)
            let alone = await databaseFailure { _ = try await database.exclusive(Self.lock, [1], deadline: soon) }
            #expect(alone?.serverError?.isLockTimeout == true)
        }
    }

    @Test("Statements of concurrent children run one after another")
    func children() async throws {
        let database = try await table()
        try await database.transaction(deadline: soon) { transaction in
            try await withThrowingTaskGroup { group in
                for id in 1...50 as ClosedRange<Int64> {
                    group.addTask { _ = try await transaction.run(Self.insert, [.int64(id)]) }
                }
                try await group.waitForAll()
            }
        }
        #expect(try await ids(database) == Array(1...50))
    }

    @Test("A transaction cannot be used after its end")
    func over() async throws {
        let database = try await table()
        var kept: Transaction?
        try await database.transaction(deadline: soon) { transaction in
            _ = try await transaction.run(Self.insert, [1])
            kept = transaction
        }
        let transaction = try #require(kept)
        #expect(await databaseFailure { _ = try await transaction.run(Self.insert, [2]) } == .closed)
        #expect(try await ids(database) == [1])
    }

    @Test("A script runs within the transaction, and the pipeline goes on after it")
    func script() async throws {
        let database = try await table()
        let error = await failure {
            try await database.transaction(deadline: soon) { transaction in
                try await transaction.script("INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)")
                #expect(try await transaction.run(Self.select).count == 2)
                throw Stop()
            }
        }
        #expect(error is Stop)
        #expect(try await ids(database) == [])
        let broken = await databaseFailure {
            try await database.transaction(deadline: soon) { transaction in
                try await transaction.script("INSERT INTO t VALUES (1); INSERT INTO nowhere VALUES (2)")
            }
        }
        #expect(broken?.serverError?.code == "42P01")
        #expect(try await ids(database) == [])
    }

    @Test("Many transactions share few connections")
    func many() async throws {
        let database = try await table(1...1) { $0.maxExclusiveConnections = 3 }
        try await withThrowingTaskGroup { group in
            for id in 2...60 as ClosedRange<Int64> {
                group.addTask {
                    try await database.transaction(deadline: soon) { transaction in
                        _ = try await transaction.run(Self.lock, [1])
                        _ = try await transaction.run(Self.insert, [.int64(id)])
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await ids(database).count == 60)
    }
}

extension Database {
    fileprivate func transaction(
        isolation: Isolation, deadline: ContinuousClock.Instant, _ body: (Transaction) async throws -> Void,
        catching: (any Error) -> Void
    ) async throws {
        do { try await transaction(isolation: isolation, deadline: deadline, body) } catch { catching(error) }
    }
}
