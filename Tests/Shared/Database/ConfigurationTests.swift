import Database
import TestSupport
import Testing

@Suite struct ConfigurationTests {
    static let secret = "s3cr3t-Passwort"

    @Test(
        "Both of libpq's forms of address are understood, and neither shows its password",
        arguments: [
            "postgresql://tarn:\(secret)@db.example:5433/lake?sslmode=require",
            "host=db.example port=5433 user=tarn password=\(secret) dbname=lake sslmode=require",
        ])
    func address(text: String) throws {
        let configuration = try DatabaseConfiguration(text)
        #expect(configuration.value("host") == "db.example")
        #expect(configuration.value("port") == "5433")
        #expect(configuration.value("dbname") == "lake")
        var dumped = ""
        dump(configuration, to: &dumped)
        for shown in ["\(configuration)", String(reflecting: configuration), dumped, "\([configuration])"] {
            #expect(!shown.contains(Self.secret))
            #expect(shown.contains("db.example"))
        }
    }

    @Test(
        "An address that is not one is refused without being quoted",
        arguments: [
            "postgresql://tarn:\(secret)@host:port:5/%zz", "password='\(secret)", "\(secret)", "color=\(secret)",
        ])
    func malformed(text: String) {
        #expect { try DatabaseConfiguration(text) } throws: { error in
            if case .invalidConfiguration(let reason) = error as? DatabaseError {
                !reason.contains(Self.secret) && !"\(error)".contains(Self.secret)
            } else {
                false
            }
        }
    }

    @Test("What keeps from connecting is said without the password")
    func wrongPassword() async throws {
        let cluster = try await PostgresCluster.shared()
        let database = try connect("\(cluster.address("nowhere")) password=\(Self.secret)")
        let error = await databaseFailure { _ = try await database.read(.read("SELECT 1"), deadline: soon) }
        guard case .unavailable(let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("nowhere"))
        #expect(!reason.contains(Self.secret))
    }

    @Test("Unqualified names are looked up in the configured schema")
    func schema() async throws {
        let cluster = try await PostgresCluster.shared()
        let (_, schema) = try await cluster.freshSchema()
        let database = try connect(cluster.address()) { $0.schema = schema }
        let rows = try await database.read(.read("SELECT current_schema()::text"), deadline: soon)
        #expect(try rows.first?.text(0) == schema)
    }
}
