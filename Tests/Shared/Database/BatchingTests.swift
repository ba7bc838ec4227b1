import Database
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(3))) struct BatchingTests {
    static let insert = Statement.write("INSERT INTO t (id, part) VALUES ($1, 100 / $2::bigint)")
    static let lock = Statement.write("SELECT 1 FROM t FOR UPDATE")
    static let isWaiting = Statement.read(
        """
        SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid)
        WHERE l.relation = 't'::regclass AND a.wait_event_type = 'Lock'
        """)

    /// Waits until a connection waits for a lock on the table. Not for within a transaction, which goes on seeing the connections
    /// that there were when it first looked.
    private func waitForWaiter(_ database: Database) async throws {
        while try await database.read(Self.isWaiting, deadline: soon).isEmpty {
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test("Among many tasks, only those whose statement is wrong hear of an error, and all others' rows are there once")
    func guiltyOnly() async throws {
        let database = try await freshDatabase()
        try await database.define("CREATE TABLE t (id bigint PRIMARY KEY, part bigint)")
        // Every seventh divides by zero, every eleventh repeats an id that was there from the start.
        _ = try await database.write(Self.insert, [0, 1], deadline: soon)
        let tasks: Int64 = 64
        let rounds: Int64 = 30
        enum Wrong: Hashable { case division, duplicate }
        func wrong(_ id: Int64) -> Wrong? { id % 7 == 0 ? .division : id % 11 == 0 ? .duplicate : nil }
        try await withThrowingTaskGroup { group in
            for task in 0..<tasks {
                group.addTask {
                    for round in 0..<rounds {
                        let id = task * rounds + round + 1
                        let flaw = wrong(id)
                        do {
                            _ = try await database.write(
                                Self.insert,
                                [.int64(flaw == .duplicate ? 0 : id), .int64(flaw == .division ? 0 : 1)],
                                orderedBy: [UInt8(truncatingIfNeeded: id)], deadline: soon)
                            #expect(flaw == nil, "\(id) succeeded")
                        } catch DatabaseError.server(let error) {
                            let expected: Wrong? = ["22012": .division, "23505": .duplicate][error.code]
                            #expect(flaw != nil && expected == flaw, "\(id): \(error)")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let expected = (1...tasks * rounds).filter { wrong($0) == nil }
        let rows = try await database.read(.read("SELECT id FROM t WHERE id > 0 ORDER BY id"), deadline: soon)
        #expect(try rows.map { try $0.int64(0) } == expected)
    }

    @Test("What comes while a batch is under way goes out together")
    func batches() async throws {
        let database = try await freshDatabase {
            $0.writeConnections = 1
            $0.sharedLockTimeout = .seconds(50)
        }
        try await database.define("CREATE TABLE t AS SELECT 1::bigint AS id; CREATE TABLE u (id bigint)")
        let insert = Statement.write("INSERT INTO u VALUES ($1) RETURNING pg_current_xact_id()::text")
        let (first, others) = try await database.transaction(deadline: soon) { holder in
            _ = try await holder.run(Self.lock)
            let first = Task { try await database.write(Self.lock, deadline: soon) }
            try await waitForWaiter(database)
            let others = (0..<20 as Range<Int64>).map { id in
                Task { try await database.write(insert, [.int64(id)], deadline: soon).first?.text(0) }
            }
            try await Task.sleep(for: .milliseconds(300))
            return (first, others)
        }
        #expect(try await first.value.count == 1)
        var transactions: Set<String?> = []
        for other in others { transactions.insert(try await other.value) }
        #expect(transactions.count < others.count)
    }

    @Test("Reads that fail among many leave the others their answers")
    func reads() async throws {
        let database = try await freshDatabase()
        let divide = Statement.read("SELECT 1000 / $1::bigint")
        await withTaskGroup { group in
            for task in 0..<64 as Range<Int64> {
                group.addTask {
                    for divisor in 0..<20 as Range<Int64> {
                        let result = await Task {
                            try await database.read(divide, [.int64(divisor * (task % 3))], deadline: soon)
                        }.result
                        switch result {
                        case .success(let rows):
                            let quotient = try? rows.first?.int64(0)
                            #expect(divisor * (task % 3) != 0 && quotient == 1_000 / (divisor * (task % 3)))
                        case .failure(let error):
                            #expect(divisor * (task % 3) == 0, "\(error)")
                            #expect((error as? DatabaseError)?.serverError?.code == "22012")
                        }
                    }
                }
            }
        }
    }

    @Test("What was answered is seen by everybody after")
    func visible() async throws {
        let database = try await freshDatabase { $0.writeConnections = 3 }
        try await database.define("CREATE TABLE t (id bigint PRIMARY KEY)")
        let insert = Statement.write("INSERT INTO t VALUES ($1)")
        let find = Statement.read("SELECT 1 FROM t WHERE id = $1")
        try await withThrowingTaskGroup { group in
            for task in 0..<16 as Range<Int64> {
                group.addTask {
                    for round in 0..<20 as Range<Int64> {
                        let id = Parameter.int64(task * 1_000 + round)
                        _ = try await database.write(insert, [id], deadline: soon)
                        #expect(try await database.read(find, [id], deadline: soon).count == 1)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("Several statements of one call happen together or not at all", arguments: [false, true])
    func together(isExclusive: Bool) async throws {
        let database = try await freshDatabase()
        try await database.define("CREATE TABLE t (id bigint PRIMARY KEY)")
        let insert = Statement.write("INSERT INTO t VALUES ($1) RETURNING id")
        func run(_ ids: [Int64]) async throws -> [Rows] {
            let calls = ids.map { Call(insert, [.int64($0)]) }
            return isExclusive
                ? try await database.exclusive(calls, deadline: soon) : try await database.write(calls, deadline: soon)
        }
        let answers = try await run([1, 2, 3])
        #expect(try answers.map { try $0.first?.int64(0) } == [1, 2, 3])
        let error = await databaseFailure { _ = try await run([4, 5, 1, 6]) }
        #expect(error?.serverError?.isUniqueViolation == true)
        #expect(error?.serverError?.constraint == "t_pkey")
        let rows = try await database.read(.read("SELECT id FROM t ORDER BY id"), deadline: soon)
        #expect(try rows.map { try $0.int64(0) } == [1, 2, 3])
        #expect(try await run([]).isEmpty)
    }

    @Test("A statement that could not be prepared can be once what it lacked is there")
    func prepareAgain() async throws {
        let database = try await freshDatabase()
        let statement = Statement.read("SELECT count(*) FROM later")
        for _ in 0..<3 {
            let error = await databaseFailure { _ = try await database.read(statement, deadline: soon) }
            #expect(error?.serverError?.code == "42P01")
        }
        try await database.define("CREATE TABLE later ()")
        #expect(try await database.read(statement, deadline: soon).first?.int64(0) == 0)
    }

    @Test("A statement that opens a transaction on a shared connection harms nobody")
    func strayBegin() async throws {
        let database = try await freshDatabase {
            $0.writeConnections = 1
            $0.patience = .seconds(60)
        }
        try await database.define("CREATE TABLE t (id bigint)")
        let insert = Statement.write("INSERT INTO t VALUES ($1)")
        _ = try? await database.write(.write("BEGIN"), deadline: soon)
        _ = try await database.write(insert, [1], deadline: soon)
        #expect(try await database.read(.read("SELECT 1 FROM t"), deadline: soon).count == 1)
    }

    @Test("Rivals that lock the same rows in opposite orders all succeed")
    func deadlock() async throws {
        let database = try await freshDatabase { $0.sharedLockTimeout = .seconds(20) }
        try await database.define(
            "CREATE TABLE t AS SELECT id::bigint, 0::bigint AS n FROM generate_series(1, 2) AS s(id)")
        let update = Statement.write("UPDATE t SET n = n + 1 WHERE id = $1")
        let rounds = 25
        try await withThrowingTaskGroup { group in
            for task in 0..<8 as Range<Int64> {
                group.addTask {
                    let ids: [Int64] = task % 2 == 0 ? [1, 2] : [2, 1]
                    for _ in 0..<rounds {
                        _ = try await database.write(ids.map { Call(update, [.int64($0)]) }, deadline: soon)
                    }
                }
            }
            try await group.waitForAll()
        }
        let rows = try await database.read(.read("SELECT n FROM t"), deadline: soon)
        #expect(try rows.map { try $0.int(0) } == [8 * rounds, 8 * rounds])
    }

    @Test("A change that waits for a lock holds up others only until a second connection takes them")
    func spill() async throws {
        let database = try await freshDatabase { $0.sharedLockTimeout = .seconds(50) }
        try await database.define("CREATE TABLE t AS SELECT 1::bigint AS id; CREATE TABLE u (id bigint)")
        try await database.transaction(deadline: soon) { holder in
            _ = try await holder.run(Self.lock)
            let waiting = Task { try await database.write(Self.lock, deadline: soon) }
            try await waitForWaiter(database)
            let others = Task {
                for id in 0..<20 as Range<Int64> {
                    _ = try await database.write(.write("INSERT INTO u VALUES ($1)"), [.int64(id)], deadline: soon)
                }
            }
            // Were they behind the one that waits, they would wait for the end of this transaction.
            try await others.value
            _ = try await holder.run(.write("DELETE FROM t"))
            waiting.cancel()
        }
        #expect(try await database.read(.read("SELECT 1 FROM u"), deadline: soon).count == 20)
    }

    @Test("A call with the wrong number of parameters is an error of its own and costs no connection")
    func wrongCount() async throws {
        let database = try await freshDatabase { $0.writeConnections = 1 }
        let process = Statement.write("SELECT pg_backend_pid(), $1::bigint")
        let before = try await database.write(process, [1], deadline: soon).first?.int(0)
        for parameters in [[], [1, 2]] as [[Parameter]] {
            let error = await databaseFailure { _ = try await database.write(process, parameters, deadline: soon) }
            #expect(error?.serverError?.code == "08P01")
        }
        #expect(try await database.write(process, [1], deadline: soon).first?.int(0) == before)
    }
}
