import Database
import Logging
import TestSupport
import Testing
import Wire

@testable import Auth

@Suite("An installation from before there were policies")
struct DirectoryMigrationTests {
    @Test("keeps the rights of its users: all become administrators")
    func users() async throws {
        let (address, schema) = try await PostgresCluster.shared().freshSchema()
        var configuration = try DatabaseConfiguration(address)
        configuration.schema = schema
        let database = try Database(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let deadline = ContinuousClock.now + .seconds(60)
        let before = Migrator(schema: schema, migrations: [AuthSchema.users, AuthSchema.purposeKeys])
        _ = try await before.migrate(database, deadline: deadline)
        for user in ["root", "ada"] {
            _ = try await database.exclusive(
                .write("INSERT INTO account (id) VALUES ($1)"), [.text(user)], deadline: deadline)
            _ = try await database.exclusive(
                .write(
                    "INSERT INTO credential (access_key_id, user_id, secret, master_key_id) VALUES ($1, $2, '', '')"),
                [.text("AKIA\(user)"), .text(user)], deadline: deadline)
        }
        _ = try await AuthSchema.migrator(schema: schema).migrate(database, deadline: deadline)
        let store = PostgresAuthStore(database)
        let members = try await store.members(of: "Admins", ListRange(), deadline: deadline)
        #expect(members.results.map(\.id) == ["ada", "root"])
        #expect(try await store.effectivePolicies(of: "ada", deadline: deadline).count == 5)
        #expect(try await store.credential("AKIAada", of: "ada", deadline: deadline) != nil)
        await database.shutdown(deadline: .now + .seconds(5))
    }
}
