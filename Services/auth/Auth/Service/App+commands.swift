import Cryptography
import Database
import Logging
package import ServiceKit
import Wire

extension App {
    private static let migrationWait = Duration.seconds(3_600)

    /// Brings the schema to this program's version.
    package static func migrate(environment: Environment = .process) async -> Int32 {
        await withDatabase(environment, failure: "cannot migrate") { database, _, logger in
            let applied = try await AuthSchema.migrator().migrate(database, deadline: .now + migrationWait)
            logger.info("migrated", metadata: ["applied": "\(applied.map(\.name))"])
        }
    }

    /// Makes another access key for a user and prints it, as lines that a shell can source.
    package static func createKey(userID: String, environment: Environment = .process) async -> Int32 {
        await withAuthority(environment, failure: "cannot make a key") { authority in
            let key = try await authority.addKey(userID: userID, deadline: .now + startWait)
            print("AWS_ACCESS_KEY_ID=\(key.accessKeyID)\nAWS_SECRET_ACCESS_KEY=\(key.secretAccessKey)")
        }
    }

    /// Gives a user the rights of an administrator.
    package static func makeAdministrator(userID: String, environment: Environment = .process) async -> Int32 {
        await withAuthority(environment, failure: "cannot make an administrator") { authority in
            try await authority.makeAdministrator(userID, deadline: .now + startWait)
        }
    }

    /// Seals all secrets with the master key in use, so that former ones can be taken out of the configuration.
    package static func rotateSecrets(environment: Environment = .process) async -> Int32 {
        await withAuthority(environment, failure: "cannot seal all secrets anew") { authority in
            let count = try await authority.resealSecrets(patience: startWait)
            print("\(count) secrets were sealed anew; none is left that a former key sealed")
        }
    }

    private static func withAuthority(
        _ environment: Environment, failure: String, _ body: (Authority) async throws -> Void
    ) async -> Int32 {
        await withDatabase(environment, failure: failure) { database, configuration, logger in
            try await AuthSchema.migrator().requireVersion(database, deadline: .now + startWait)
            let store = PostgresAuthStore(database)
            try await requireKeys(configuration.keys, store)
            try await body(
                Authority(store: store, keys: configuration.keys, rules: configuration.rules, logger: logger))
        }
    }

    /// The digest by which a service's RPC credential is named in `TARN_RPC_CALLERS`.
    package static func digest(ofCredential credential: String) -> String {
        SHA256.hash(credential).hex
    }

    private static func withDatabase(
        _ environment: Environment, failure: String,
        _ body: (Database, AuthConfiguration, Logger) async throws -> Void
    ) async -> Int32 {
        do {
            let logger = try ServiceRunner.bootstrapLogging(.auth, environment)
            let configuration = try AuthConfiguration(environment)
            let database = try Database(configuration.database, logger: logger)
            do {
                try await database.ready(deadline: .now + startWait)
                try await body(database, configuration, logger)
                await database.shutdown(deadline: .now + shutdownWait)
                return 0
            } catch {
                logger.critical("\(failure)", metadata: ["error": "\(error)"])
                await database.shutdown(deadline: .now + shutdownWait)
                return 1
            }
        } catch {
            Logger(label: "auth").critical("wrong configuration", metadata: ["error": "\(error)"])
            return 78
        }
    }
}
