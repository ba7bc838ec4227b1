import Database
import Logging
package import ServiceKit
import Wire

/// Auth as a process: the one place where its parts are made.
package enum App {
    static let startWait = Duration.seconds(30)
    static let shutdownWait = Duration.seconds(5)

    /// Serves until the process is told to stop.
    package static func serve(environment: Environment = .process) async -> Int32 {
        await ServiceRunner.run(.auth, environment: environment) { runtime in
            try await build(try AuthConfiguration(runtime.environment), runtime)
        }
    }

    /// Refuses a schema of any other version than its own, and secrets that its keys do not open.
    static func build(_ configuration: AuthConfiguration, _ runtime: ServiceRuntime) async throws {
        let database = try Database(configuration.database, logger: runtime.logger)
        runtime.onShutdown("database") { await database.shutdown(deadline: .now + shutdownWait) }
        try await database.ready(deadline: .now + startWait)
        try await AuthSchema.migrator().requireVersion(database, deadline: .now + startWait)
        let store = PostgresAuthStore(database)
        try await requireKeys(configuration.keys, store)
        let authority = try Authority(
            store: store, keys: configuration.keys, rules: configuration.rules,
            provider: try provider(configuration.oidc, runtime), logger: runtime.logger)
        let audit = AuditLog(
            store: PostgresAuditStore(database), keptDays: configuration.auditDays, logger: runtime.logger)
        try await audit.start(deadline: .now + startWait)
        runtime.onShutdown("audit") { await audit.stop() }
        runtime.health.require("database") {
            do {
                try await database.ready(deadline: .now + .seconds(1))
                return true
            } catch {
                return false
            }
        }
        try await runtime.serveInternal(AuthRoutes.routes(of: authority, audit))
    }

    /// Asks nothing of the provider yet: auth starts, and others log in, while it is away.
    private static func provider(_ rules: OIDCRules?, _ runtime: ServiceRuntime) throws -> ProviderClient? {
        guard let rules else { return nil }
        let transport = try CurlProviderTransport(authorities: rules.authorities)
        runtime.onShutdown("provider") { await transport.shutDown() }
        return ProviderClient(rules, transport)
    }

    /// - Throws: `ConfigurationError` where a secret was sealed with a key that is not configured.
    static func requireKeys(_ keys: KeyRing, _ store: any AuthStore) async throws {
        let used = try await store.masterKeyIDs(limit: 64, deadline: .now + startWait)
        for id in used where keys.key(id) == nil {
            throw ConfigurationError(
                "TARN_AUTH_ENCRYPTION_KEY",
                "is not the key \(id) that sealed secrets in the database, nor is that among the former keys")
        }
    }
}
