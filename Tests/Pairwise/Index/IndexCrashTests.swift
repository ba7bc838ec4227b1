import Database
import Domain
import NIOCore
import ServiceKit
import Synchronization
import TestSupport
import Testing
import Wire

/// Processes that die, and clients that go away, in the middle of everything.
@Suite("Indexes, databases and clients that go away", .serialized)
struct IndexCrashTests {
    @Test("kill -9 of one index after the other, amid commits, merges and writes: nothing is lost or doubled")
    func index() async throws {
        try await IndexFleet.run(2, IndexFleet.busy) { fleet in
            let load = FleetLoad(fleet, writers: 4, integrators: 4, count: 24)
            try await load.run {
                for victim in [0, 1, 0, 1] {
                    try await Task.sleep(for: .milliseconds(Int.random(in: 100...900)))
                    fleet.indexes[victim].kill()
                    try await Task.sleep(for: .milliseconds(Int.random(in: 0...200)))
                    try await fleet.indexes[victim].start()
                }
            }
            try await load.check()
            // A place in line ends with its lease.
            try await fleet.untilIdle(seconds: 20)
        }
    }

    @Test("Postgres stopped at once, again and again, amid commits, merges and writes: nothing is lost or doubled")
    func postgres() async throws {
        let cluster = try await PostgresCluster()
        try await IndexFleet.run(2, cluster: cluster, IndexFleet.busy) { fleet in
            let load = FleetLoad(fleet, writers: 4, integrators: 4, count: 24)
            try await load.run {
                for _ in 0..<4 {
                    try await Task.sleep(for: .milliseconds(Int.random(in: 100...900)))
                    try await cluster.stopImmediately()
                    try await cluster.start()
                }
            }
            try await load.check()
            try await fleet.untilIdle(seconds: 20)
        }
    }

    @Test("Indexes that sweep and collect all the while, killed now and then: no node or row goes that anybody needs")
    func collection() async throws {
        try await IndexFleet.run(2, IndexFleet.tidy) { fleet in
            let load = FleetLoad(fleet, writers: 3, integrators: 3, count: 30, pause: .milliseconds(150))
            let collected = Mutex(0)
            @Sendable func count(_ number: Int) async {
                let more = (try? await fleet.nodesCollected(by: number)) ?? 0
                collected.withLock { $0 += more }
            }
            try await load.run {
                for victim in [0, 1, 0] {
                    try await Task.sleep(for: .seconds(Double.random(in: 5...9)))
                    await count(victim)
                    fleet.indexes[victim].kill()
                    try await fleet.indexes[victim].start()
                }
                // Some nodes are gone before the load is.
                for _ in 0..<60 where collected.withLock({ $0 }) == 0 {
                    try await Task.sleep(for: .seconds(1))
                    for number in [0, 1] { await count(number) }
                }
            }
            #expect(collected.withLock { $0 } > 0)
            try await load.check()
            // By indexes that have seen none of it.
            for index in fleet.indexes {
                index.kill()
                try await index.start()
            }
            try await load.check()
            // What was retired goes as well.
            for _ in 0..<60 where try await !fleet.sql(Self.oldRows).isEmpty {
                try await Task.sleep(for: .milliseconds(500))
            }
            #expect(try await fleet.sql(Self.oldRows).isEmpty)
        }
    }

    private static let oldRows = """
        SELECT 1 FROM index.staged s JOIN index.token t ON t.repository = s.repository AND t.token = s.token
        WHERE t.state = 3 AND t.since < now() - interval '6 s'
        """

    /// Something to be cut off in, on `main`, where there is something to commit, or on `trunk`.
    private static func operations(_ fleet: IndexFleet, _ number: Int) -> [@Sendable (RPCClient) async throws -> Void] {
        let repository = fleet.repository
        @Sendable func context() -> CallContext { .test(seconds: 30, principal: Principal(userID: "alice")) }
        return [
            { client in
                _ = try await client.call(
                    CreateCommit.self,
                    CreateCommit.Request(repository: repository, branch: try BranchName("main"), message: "\(number)"),
                    context())
            },
            { client in
                _ = try await client.call(
                    MergeBranch.self,
                    MergeBranch.Request(
                        repository: repository, source: try RefExpression("main"),
                        destination: try BranchName("trunk"), allowsEmpty: true), context())
            },
            { client in
                _ = try await client.call(
                    StageObject.self,
                    StageObject.Request(
                        repository: repository, repositoryID: nil, branch: try BranchName("main"),
                        path: try ObjectKey("cut/\(number)"), entry: IndexFleet.entry("cut")), context())
            },
            { client in
                _ = try await client.call(
                    ResetBranch.self,
                    ResetBranch.Request(
                        repository: repository, branch: try BranchName("main"), scope: .object("nothing")), context())
            },
        ]
    }

    /// Makes calls on connections of their own, and cuts them all.
    private static func cutOff(
        _ fleet: IndexFleet, _ operations: [@Sendable (RPCClient) async throws -> Void],
        when: () async throws -> Void
    ) async throws {
        let clients = try operations.indices.map {
            try IndexFleet.client(of: fleet.indexes[$0 % fleet.indexes.count], patience: .milliseconds(200))
        }
        let calls = zip(operations, clients).map { operation, client in
            Task { try? await operation(client) }
        }
        try await when()
        for client in clients { await client.shutdown(drain: .zero) }
        for call in calls {
            call.cancel()
            await call.value
        }
    }

    @Test("Clients that go away at any moment leave no lock, no transaction and no place in line")
    func clientsAtAnyMoment() async throws {
        try await IndexFleet.run(2, IndexFleet.busy) { fleet in
            _ = try await fleet.branch(0, "trunk")
            for round in 0..<25 {
                try await fleet.put(round, "kept/\(round)", "1")
                let all = Self.operations(fleet, round)
                try await Self.cutOff(fleet, all + all) {
                    try await Task.sleep(for: .microseconds(Int.random(in: 0...30_000)))
                }
            }
            // Whatever was cut off may go on to its end, but holds nobody up.
            let start = ContinuousClock.now
            try await fleet.put(0, "after", "1")
            // One whose client is gone may have taken it along.
            do { _ = try await fleet.commit(1) } catch let error as RPCError where error.code == .noChanges {}
            #expect(.now - start < .seconds(5))
            try await fleet.untilIdle()
            let contents = try await fleet.contents(1, "main@")
            for round in 0..<25 { #expect(contents["kept/\(round)"] == "1") }
            #expect(contents["after"] == "1")
            #expect(try await fleet.strayCommits() == 0)
        }
    }

    @Test("Clients that go away while their operations wait for a branch leave its line, and the branch moves on")
    func clientsInLine() async throws {
        try await IndexFleet.run(2) { fleet in
            _ = try await fleet.branch(0, "trunk")
            try await fleet.put(0, "kept", "1")
            let operations = (0..<4).map { Self.operations(fleet, $0)[0] }
            try await fleet.database.transaction(deadline: .now + .seconds(30)) { transaction in
                _ = try await transaction.run(.write("SELECT 1 FROM index.ref WHERE name = 'main' FOR UPDATE"))
                try await Self.cutOff(fleet, operations) {
                    // Somebody is at the branch's row, and cannot get on.
                    for _ in 0..<400 {
                        let waiting = try await fleet.sql(
                            """
                            SELECT 1 FROM pg_stat_activity
                            WHERE datname = current_database() AND wait_event_type = 'Lock'
                            """)
                        if waiting.count >= 2 { return }
                        try await Task.sleep(for: .milliseconds(10))
                    }
                    Issue.record("nobody waits for the branch")
                }
            }
            let start = ContinuousClock.now
            try await fleet.put(0, "after", "1")
            // One whose client is gone may have taken it along.
            do { _ = try await fleet.commit(1) } catch let error as RPCError where error.code == .noChanges {}
            #expect(.now - start < .seconds(5))
            try await fleet.untilIdle()
            #expect(try await fleet.contents(0, "main@") == ["kept": "1", "after": "1"])
            let log = try await fleet.history(0, of: "main")
            #expect((2...3).contains(log.count))
            #expect(try await fleet.strayCommits() == 0)
        }
    }
}
