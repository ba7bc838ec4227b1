/// Brings a schema to the version of this program, one migration and one transaction after another.
///
/// Programs that migrate at once take turns on the one row of the schema's `schema_version` table.
package struct Migrator: Sendable {
    package let schema: String
    package let migrations: [Migration]

    private let createSchema: String
    private let createTable: String
    private let lockVersion: Statement
    private let readVersion: Statement
    private let setVersion: Statement

    private static let findSchema = Statement.read("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1")
    private static let findTable = Statement.read(
        """
        SELECT 1 FROM pg_catalog.pg_class t JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
        WHERE n.nspname = $1 AND t.relname = 'schema_version'
        """)

    /// The versions must count from 1 without a gap.
    package init(schema: String, migrations: [Migration]) {
        precondition(
            migrations.map(\.version) == Array(1..<migrations.count + 1), "migrations count from 1 without a gap")
        self.schema = schema
        self.migrations = migrations
        let quoted = quotedIdentifier(schema)
        createSchema = "CREATE SCHEMA IF NOT EXISTS \(quoted)"
        createTable = """
            CREATE TABLE IF NOT EXISTS \(quoted).schema_version (
                singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
                version integer NOT NULL,
                name text NOT NULL,
                migrated_at timestamptz NOT NULL DEFAULT now()
            );
            INSERT INTO \(quoted).schema_version (version, name) VALUES (0, 'nothing') ON CONFLICT DO NOTHING
            """
        lockVersion = .write("SELECT version FROM \(quoted).schema_version FOR UPDATE")
        readVersion = .read("SELECT version, name FROM \(quoted).schema_version")
        setVersion = .write("UPDATE \(quoted).schema_version SET version = $1, name = $2, migrated_at = now()")
    }

    /// The version this program needs.
    package var version: Int { migrations.count }

    /// Applies what is missing.
    /// - Returns: the migrations this call applied.
    /// - Throws: `DatabaseError.schemaVersion` where the schema is newer than the program; the server's complaint about a
    ///   migration, which is then undone with those before it kept.
    package func migrate(_ database: Database, deadline: ContinuousClock.Instant) async throws -> [Migration] {
        try await createVersionTable(database, deadline: deadline)
        var applied: [Migration] = []
        while let migration = try await applyNext(database, deadline: deadline) { applied.append(migration) }
        return applied
    }

    /// Makes sure that the schema is of this program's version.
    /// - Throws: `DatabaseError.schemaVersion` where it is not.
    package func requireVersion(_ database: Database, deadline: ContinuousClock.Instant) async throws {
        let found = try await findVersion(database, deadline: deadline)
        guard found != version else { return }
        let remedy =
            switch found {
            case nil: "was never migrated; this program needs version \(version): run migrate first"
            case .some(let found) where found < version:
                "is of version \(found), older than the \(version) this program needs: run migrate first"
            case .some(let found):
                "is of version \(found), newer than the \(version) this program knows: run a newer program"
            }
        throw DatabaseError.schemaVersion("schema \(schema) \(remedy)")
    }

    /// The schema's version; nil where it was never migrated.
    package func findVersion(_ database: Database, deadline: ContinuousClock.Instant) async throws -> Int? {
        let table = try await database.read(Self.findTable, [.text(schema)], deadline: deadline)
        guard !table.isEmpty else { return nil }
        return try await database.read(readVersion, deadline: deadline).first?.int(0)
    }

    private func createVersionTable(_ database: Database, deadline: ContinuousClock.Instant) async throws {
        while true {
            do {
                // A role that owns its schema need not have the right to create schemas.
                let found = try await database.read(Self.findSchema, [.text(schema)], deadline: deadline)
                try await database.transaction(deadline: deadline) { transaction in
                    if found.isEmpty { try await transaction.script(createSchema) }
                    try await transaction.script(createTable)
                }
                return
            } catch DatabaseError.server(let error) where Self.lostRace.contains(error.code) {
                // A rival created the same meanwhile; IF NOT EXISTS does not see what is not committed yet.
                try await Task.sleep(for: Self.pause)
            }
        }
    }

    /// Unique violation in the catalogue; duplicate schema, table or type; a lock not had in time.
    private static let lostRace: Set<String> = ["23505", "42P06", "42P07", "42710", "55P03"]
    private static let pause = Duration.milliseconds(20)

    private func applyNext(_ database: Database, deadline: ContinuousClock.Instant) async throws -> Migration? {
        while true {
            do {
                return try await database.transaction(deadline: deadline) { try await applyNext($0) }
            } catch DatabaseError.server(let error) where error.isLockTimeout {
                // A rival is at work on a long migration.
                try await Task.sleep(for: Self.pause)
            }
        }
    }

    private func applyNext(_ transaction: Transaction) async throws -> Migration? {
        guard let found = try await transaction.run(lockVersion).first?.int(0) else {
            throw DatabaseError.schemaVersion("schema \(schema) has lost its version row")
        }
        guard (0...version).contains(found) else {
            throw DatabaseError.schemaVersion(
                "schema \(schema) is of version \(found), not one of the \(version) this program knows")
        }
        guard found < version else { return nil }
        let migration = migrations[found]
        try await transaction.script(
            """
            SET LOCAL search_path = \(quotedIdentifier(schema));
            SET LOCAL statement_timeout = 0;
            \(migration.sql)
            """)
        _ = try await transaction.run(setVersion, [.int32(Int32(migration.version)), .text(migration.name)])
        return migration
    }
}
