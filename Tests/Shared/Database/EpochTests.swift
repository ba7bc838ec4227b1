import Database
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(3))) struct EpochTests {
    static let insert = Statement.write("INSERT INTO t VALUES ($1)")

    @Test("An epoch ends with the server, and what asks for the old one is refused with nothing changed")
    func crash() async throws {
        let cluster = try await PostgresCluster()
        let (address, _) = try await cluster.freshSchema()
        let database = try connect(address)
        try await database.define("CREATE TABLE t (id bigint)")
        let epoch = database.epoch
        _ = try await database.exclusive(Self.insert, [1], epoch: epoch, deadline: soon)
        try await cluster.kill()
        try await cluster.start()
        try await database.ready(deadline: soon)
        #expect(database.epoch != epoch)
        await #expect(throws: DatabaseError.serverRestarted) {
            _ = try await database.exclusive(Self.insert, [2], epoch: epoch, deadline: soon)
        }
        await #expect(throws: DatabaseError.serverRestarted) {
            try await database.transaction(epoch: epoch, deadline: soon) { _ = try await $0.run(Self.insert, [3]) }
        }
        _ = try await database.exclusive(Self.insert, [4], epoch: database.epoch, deadline: soon)
        let rows = try await database.read(.read("SELECT id FROM t ORDER BY id"), deadline: soon)
        #expect(try rows.map { try $0.int64(0) } == [1, 4])
    }

    @Test("A call that was given up for its deadline does not end it")
    func ownDeadline() async throws {
        let database = try await freshDatabase()
        try await database.ready(deadline: soon)
        let epoch = database.epoch
        await #expect(throws: DatabaseError.self) {
            _ = try await database.exclusive(
                .write("SELECT pg_sleep(20)"), deadline: .now + .milliseconds(200))
        }
        #expect(database.epoch == epoch)
    }
}
