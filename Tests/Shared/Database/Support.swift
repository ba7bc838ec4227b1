import Logging
import TestSupport

@testable import Database

let silent = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }

/// A deadline no healthy test comes near.
var soon: ContinuousClock.Instant { .now + .seconds(60) }

/// A database with an empty schema of its own on the shared cluster.
func freshDatabase(_ change: (inout DatabaseConfiguration) -> Void = { _ in }) async throws -> Database {
    let (address, _) = try await PostgresCluster.shared().freshSchema()
    return try connect(address, change)
}

/// A database that tests share which leave nothing behind.
func sharedDatabase() async throws -> Database { try await shared.value }

private let shared = Task { try await freshDatabase() }

func connect(_ address: String, _ change: (inout DatabaseConfiguration) -> Void = { _ in }) throws -> Database {
    var configuration = try DatabaseConfiguration(address)
    change(&configuration)
    return try Database(configuration, logger: silent)
}

extension Database {
    /// Runs statements of data definition.
    func define(_ sql: String) async throws {
        try await transaction(deadline: soon) { try await $0.script(sql) }
    }
}

/// The error a call throws.
func failure(_ body: () async throws -> Void) async -> (any Error)? {
    do {
        try await body()
        return nil
    } catch {
        return error
    }
}

func databaseFailure(_ body: () async throws -> Void) async -> DatabaseError? {
    await failure(body) as? DatabaseError
}

/// Waits until `count` connections run a statement that contains a text, of those of one application.
func waitUntilRunning(_ text: String, by application: String, count: Int = 1) async throws {
    let running = Statement.read(
        """
        SELECT 1 FROM pg_stat_activity
        WHERE application_name = $1 AND strpos(query, $2) > 0 AND state = 'active'
        """)
    let observer = try await sharedDatabase()
    while try await observer.read(running, [.text(application), .text(text)], deadline: soon).count < count {
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// A database with an empty schema of its own, and the name of the schema, which its connections bear too.
func namedDatabase(
    _ change: (inout DatabaseConfiguration) -> Void = { _ in }
) async throws -> (database: Database, name: String) {
    let (address, schema) = try await PostgresCluster.shared().freshSchema()
    return (try connect("\(address) application_name=\(schema)", change), schema)
}
