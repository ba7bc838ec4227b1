import Database
import TestSupport
import Testing

@Suite struct MigratorTests {
    static let migrations = [
        Migration(1, "a table", "CREATE TABLE t (id bigint PRIMARY KEY); INSERT INTO t VALUES (1)"),
        Migration(2, "a slow one", "SELECT pg_sleep(0.1); INSERT INTO t VALUES (2)"),
        Migration(3, "a function", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$"),
    ]

    private func place() async throws -> (address: String, schema: String) {
        let (_, schema) = try await PostgresCluster.shared().freshSchema()
        return (try await PostgresCluster.shared().address(), schema)
    }

    @Test("Several that migrate at once apply each step once", arguments: [false, true])
    func concurrent(isSchemaThere: Bool) async throws {
        var (address, schema) = try await place()
        if !isSchemaThere { schema += "_new" }
        let migrator = Migrator(schema: schema, migrations: Self.migrations)
        let applied = try await withThrowingTaskGroup { [address] group in
            for _ in 0..<6 {
                group.addTask {
                    // Each gives up a lock at once, as it does when a rival's step takes long.
                    let database = try connect(address) { $0.lockTimeout = .milliseconds(10) }
                    return try await migrator.migrate(database, deadline: soon).map(\.version)
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(applied.sorted() == [1, 2, 3])
        let database = try connect(address) { $0.schema = schema }
        #expect(try await database.read(.read("SELECT id FROM t"), deadline: soon).count == 2)
        try await migrator.requireVersion(database, deadline: soon)
        #expect(try await migrator.migrate(database, deadline: soon).isEmpty)
    }

    @Test("A step that fails is undone, those before it are kept, and a mended one goes on from there")
    func failing() async throws {
        let (address, schema) = try await place()
        let database = try connect(address)
        var migrations = Self.migrations
        migrations[1] = Migration(2, "broken", "CREATE TABLE u (); INSERT INTO nowhere VALUES (1)")
        let broken = Migrator(schema: schema, migrations: migrations)
        let error = await databaseFailure { _ = try await broken.migrate(database, deadline: soon) }
        #expect(error?.serverError?.code == "42P01")
        #expect(try await broken.findVersion(database, deadline: soon) == 1)
        let found = try await database.read(
            .read("SELECT 1 WHERE to_regclass($1) IS NOT NULL"), [.text("\(schema).u")], deadline: soon)
        #expect(found.isEmpty)
        let mended = Migrator(schema: schema, migrations: Self.migrations)
        #expect(try await mended.migrate(database, deadline: soon).map(\.version) == [2, 3])
    }

    @Test("A program refuses a schema that is not of its version, and says what to do")
    func require() async throws {
        let (address, schema) = try await place()
        let database = try connect(address)
        let current = Migrator(schema: schema, migrations: Array(Self.migrations.prefix(2)))
        func complaint(_ migrator: Migrator) async -> String {
            let error = await databaseFailure { try await migrator.requireVersion(database, deadline: soon) }
            if case .schemaVersion(let text) = error { return text }
            return "\(String(describing: error))"
        }
        #expect(await complaint(current).contains("never migrated"))
        _ = try await current.migrate(database, deadline: soon)
        #expect(await databaseFailure { try await current.requireVersion(database, deadline: soon) } == nil)
        let newer = Migrator(schema: schema, migrations: Self.migrations)
        #expect(await complaint(newer).contains("older"))
        let older = Migrator(schema: schema, migrations: Array(Self.migrations.prefix(1)))
        #expect(await complaint(older).contains("newer"))
        let migrating = await databaseFailure { _ = try await older.migrate(database, deadline: soon) }
        guard case .schemaVersion = migrating else {
            Issue.record("\(String(describing: migrating))")
            return
        }
    }

    @Test("A role that owns its schema and nothing else can migrate it")
    func ownRole() async throws {
        let cluster = try await PostgresCluster.shared()
        let (_, schema) = try await place()
        try await cluster.administer("CREATE ROLE \(schema)_role LOGIN")
        try await cluster.administer("ALTER SCHEMA \(schema) OWNER TO \(schema)_role")
        let database = try connect("\(cluster.address()) user=\(schema)_role")
        let migrator = Migrator(schema: schema, migrations: Self.migrations)
        #expect(try await migrator.migrate(database, deadline: soon).count == 3)
        try await migrator.requireVersion(database, deadline: soon)
    }
}
