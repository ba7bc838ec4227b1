import Database
import Synchronization
import TestSupport
import Testing

/// What happens to callers when the server does not behave. Tests that stop the server have one of their own.
@Suite(.serialized, .timeLimit(.minutes(3))) struct FaultTests {
    static let insert = Statement.write("INSERT INTO t VALUES ($1)")

    private func connected(_ cluster: PostgresCluster) async throws -> Database {
        let database = try connect(cluster.address())
        try await database.ready(deadline: soon)
        return database
    }

    /// What callers were told.
    final class Ledger: Sendable {
        let isOver = Atomic(false)
        let acknowledged = Mutex<Set<Int64>>([])
        let unknown = Mutex<Set<Int64>>([])
    }

    @Test("A server killed under load and started again loses nothing it acknowledged, and answers everyone")
    func killed() async throws {
        let cluster = try await PostgresCluster()
        let database = try await connected(cluster)
        try await database.define("CREATE TABLE t (id bigint PRIMARY KEY)")
        let ledger = Ledger()
        try await withThrowingTaskGroup { group in
            for task in 0..<32 as Range<Int64> {
                group.addTask {
                    var id = task
                    while !ledger.isOver.load(ordering: .relaxed) {
                        id += 32
                        do {
                            if task % 4 == 3 {
                                try await database.transaction(deadline: soon) {
                                    _ = try await $0.run(Self.insert, [.int64(id)])
                                }
                            } else {
                                _ = try await database.write(Self.insert, [.int64(id)], deadline: soon)
                            }
                            ledger.acknowledged.withLock { _ = $0.insert(id) }
                        } catch DatabaseError.outcomeUnknown {
                            ledger.unknown.withLock { _ = $0.insert(id) }
                        } catch DatabaseError.unavailable {
                            // Nothing was changed: checked below.
                        }
                    }
                }
            }
            group.addTask {
                defer { ledger.isOver.store(true, ordering: .relaxed) }
                for _ in 0..<2 {
                    try await self.wait(growth: 500) { ledger.acknowledged.withLock { $0.count } }
                    try await cluster.kill()
                    try await Task.sleep(for: .milliseconds(300))
                    try await cluster.start()
                }
                try await self.wait(growth: 500) { ledger.acknowledged.withLock { $0.count } }
            }
            try await group.waitForAll()
        }
        let rows = try await database.read(.read("SELECT id FROM t"), deadline: soon)
        let stored = try Set(rows.map { try $0.int64(0) })
        let promised = ledger.acknowledged.withLock { $0 }
        #expect(promised.subtracting(stored).isEmpty, "acknowledged rows are lost")
        #expect(stored.subtracting(promised).isSubset(of: ledger.unknown.withLock { $0 }), "refused rows are stored")
    }

    private func wait(growth: Int, of count: () -> Int) async throws {
        let goal = count() + growth
        while count() < goal { try await Task.sleep(for: .milliseconds(5)) }
    }

    @Test("While the server is down every kind of call says so in time, and works again after")
    func down() async throws {
        let cluster = try await PostgresCluster()
        let database = try connect(cluster.address()) { $0.patience = .milliseconds(500) }
        try await database.ready(deadline: soon)
        try await database.define("CREATE TABLE t (id bigint PRIMARY KEY)")
        try await cluster.stopImmediately()
        let calls: [@Sendable () async throws -> Void] = [
            { _ = try await database.read(.read("SELECT 1"), deadline: soon) },
            { _ = try await database.write(Self.insert, [1], deadline: soon) },
            { _ = try await database.exclusive(Self.insert, [1], deadline: soon) },
            { try await database.transaction(deadline: soon) { _ = try await $0.run(Self.insert, [1]) } },
            { _ = try await database.read(.read("SELECT 1"), deadline: .now + .milliseconds(200)) },
        ]
        for call in calls {
            let error = await databaseFailure(call)
            guard case .unavailable = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
        try await cluster.start()
        try await database.ready(deadline: soon)
        for call in calls.prefix(2) { try await call() }
        try await database.transaction(deadline: soon) { _ = try await $0.run(Self.insert, [2]) }
    }

    @Test("A read whose connection is cut is run again unseen")
    func cutRead() async throws {
        let (database, name) = try await namedDatabase()
        let read = Task { try await database.read(.read("SELECT pg_sleep(0.5), 5::bigint"), deadline: soon) }
        try await terminate("SELECT pg_sleep", of: name)
        #expect(try await read.value.first?.int64(1) == 5)
    }

    @Test("A change whose connection is cut may be committed or not", arguments: [false, true])
    func cutWrite(isExclusive: Bool) async throws {
        let (database, name) = try await namedDatabase()
        let slow = Statement.write("SELECT pg_sleep(30)")
        let write = Task {
            isExclusive
                ? try await database.exclusive(slow, deadline: soon) : try await database.write(slow, deadline: soon)
        }
        try await terminate("SELECT pg_sleep", of: name)
        let error = await databaseFailure { _ = try await write.value }
        guard case .outcomeUnknown = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("A transaction whose connection is cut before its commit changed nothing")
    func cutTransaction() async throws {
        let (database, name) = try await namedDatabase()
        try await database.define("CREATE TABLE t (id bigint PRIMARY KEY)")
        let error = await databaseFailure {
            try await database.transaction(deadline: soon) { transaction in
                _ = try await transaction.run(Self.insert, [1])
                try await terminate("INSERT INTO t", of: name)
                _ = try await transaction.run(Self.insert, [2])
            }
        }
        guard case .unavailable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try await database.read(.read("SELECT 1 FROM t"), deadline: soon).isEmpty)
    }

    @Test("A connection lost while committing leaves the outcome unknown")
    func cutCommit() async throws {
        let (database, name) = try await namedDatabase()
        try await database.define(
            """
            CREATE TABLE t (id bigint PRIMARY KEY);
            CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(30); RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION dawdle()
            """)
        let task = Task {
            try await database.transaction(deadline: soon) { _ = try await $0.run(Self.insert, [1]) }
        }
        try await terminate("COMMIT", of: name)
        let error = await databaseFailure { try await task.value }
        guard case .outcomeUnknown = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let late = await databaseFailure {
            try await database.transaction(deadline: .now + .seconds(3)) {
                _ = try await $0.run(Self.insert, [2])
            }
        }
        guard case .outcomeUnknown = late else {
            Issue.record("\(String(describing: late))")
            return
        }
    }

    @Test("A frozen server stands still with all it started when freezing returns")
    func standsStill() async throws {
        let cluster = try await PostgresCluster()
        let database = try await connected(cluster)
        for _ in 0..<20 {
            // So that there is somebody at work.
            async let busy = databaseFailure {
                _ = try await database.read(
                    .read("SELECT count(*) FROM generate_series(1, 200000)"), deadline: .now + .seconds(20))
            }
            try await Task.sleep(for: .milliseconds(5))
            try await cluster.freeze()
            let states = try await cluster.states()
            try await cluster.thaw()
            #expect(states.count > 4 && states.allSatisfy { $0 == "T" }, "\(states)")
            #expect(await busy == nil)
        }
    }

    @Test("A server that accepts connections and answers nothing costs a caller its deadline and no more")
    func frozen() async throws {
        let cluster = try await PostgresCluster()
        let database = try await connected(cluster)
        // Transactions connect on their own.
        try await database.transaction(deadline: soon) { _ = try await $0.run(.write("SELECT 1")) }
        try await cluster.freeze()
        let read = await databaseFailure {
            _ = try await database.read(.read("SELECT 1"), deadline: .now + .milliseconds(200))
        }
        let transaction = await databaseFailure {
            try await database.transaction(deadline: .now + .milliseconds(200)) {
                _ = try await $0.run(Self.insert, [1])
            }
        }
        let late = try connect(cluster.address())
        let unconnected = [
            await databaseFailure {
                _ = try await late.read(.read("SELECT 1"), deadline: .now + .milliseconds(200))
            },
            await databaseFailure {
                try await late.transaction(deadline: .now + .milliseconds(200)) {
                    _ = try await $0.run(Self.insert, [1])
                }
            },
        ]
        try await cluster.thaw()
        #expect(read == .deadlineExceeded)
        #expect(transaction == .deadlineExceeded)
        #expect(unconnected == [.unavailable("not connected yet"), .unavailable("not connected yet")])
        try await database.ready(deadline: soon)
        try await database.transaction(deadline: soon) { _ = try await $0.run(.write("SELECT 1")) }
    }

    /// Ends the server process of an application whose statement, or last one in a transaction under way, begins so, once there is
    /// one.
    private func terminate(_ statement: String, of application: String) async throws {
        let other = try await sharedDatabase()
        let kill = Statement.write(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = $2 AND starts_with(query, $1) AND state <> 'idle'
            """)
        while try await other.exclusive(kill, [.text(statement), .text(application)], deadline: soon).isEmpty {
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
