import Database
import Logging
package import ServiceKit
import VersionTree
import Wire

/// The index as a process: the one place where its parts are made.
package enum App {
    /// Serves until the process is told to stop.
    package static func serve(environment: Environment = .process) async -> Int32 {
        await ServiceRunner.run(.index, environment: environment) { runtime in
            let configuration = try IndexConfiguration(runtime.environment)
            try await build(configuration, runtime)
        }
    }

    /// Refuses a schema of any other version than its own.
    static func build(_ configuration: IndexConfiguration, _ runtime: ServiceRuntime) async throws {
        let logger = runtime.logger
        let database = try Database(configuration.database, logger: logger)
        runtime.onShutdown("database") { await database.shutdown(deadline: .now + shutdownWait) }
        try await database.ready(deadline: .now + startWait)
        try await IndexSchema.migrator().requireVersion(database, deadline: .now + startWait)
        let catalog = Catalog(
            database: database, limits: configuration.limits, nodeFile: nodeFile(configuration, logger), logger: logger)
        let upkeep = Upkeep(catalog)
        upkeep.start()
        runtime.onShutdown("upkeep") { await upkeep.stop() }
        runtime.health.require("database") {
            do {
                try await database.ready(deadline: .now + .seconds(1))
                return true
            } catch {
                return false
            }
        }
        runtime.metrics.gauge("tarn_index_cache_bytes", [:], help: "Tree nodes in memory.") {
            Double(catalog.nodes.bytes)
        }
        runtime.metrics.gauge(
            "tarn_index_disk_cache_nodes_written", [:], help: "Tree nodes put on disk since the start."
        ) {
            Double(catalog.nodes.file?.counts.written ?? 0)
        }
        runtime.metrics.gauge("tarn_index_disk_cache_hits", [:], help: "Tree nodes found on disk since the start.") {
            Double(catalog.nodes.file?.counts.hits ?? 0)
        }
        runtime.metrics.gauge("tarn_index_nodes_collected", [:], help: "Tree nodes removed since the start.") {
            Double(catalog.nodesCollected)
        }
        try await runtime.serveInternal(IndexRoutes.routes(of: catalog))
    }

    /// Nil where none is wanted or there is no disk for it, for it only spares work.
    private static func nodeFile(_ configuration: IndexConfiguration, _ logger: Logger) -> NodeFile? {
        guard configuration.nodeFileBytes > 0 else { return nil }
        do throws(NodeFileError) {
            return try NodeFile(in: configuration.nodeFileDirectory, maxBytes: configuration.nodeFileBytes)
        } catch {
            logger.warning(
                "no disk cache", metadata: ["folder": "\(configuration.nodeFileDirectory)", "error": "\(error)"])
            return nil
        }
    }

    /// Brings the schema to this program's version.
    package static func migrate(environment: Environment = .process) async -> Int32 {
        do {
            let logger = try ServiceRunner.bootstrapLogging(.index, environment)
            let configuration = try IndexConfiguration(environment)
            let database = try Database(configuration.database, logger: logger)
            do {
                try await database.ready(deadline: .now + startWait)
                let applied = try await IndexSchema.migrator().migrate(database, deadline: .now + migrationWait)
                logger.info("migrated", metadata: ["applied": "\(applied.map(\.name))"])
                await database.shutdown(deadline: .now + shutdownWait)
                return 0
            } catch {
                logger.critical("cannot migrate", metadata: ["error": "\(error)"])
                await database.shutdown(deadline: .now + shutdownWait)
                return 1
            }
        } catch {
            Logger(label: "index").critical("wrong configuration", metadata: ["error": "\(error)"])
            return 78
        }
    }

    private static let startWait = Duration.seconds(30)
    private static let migrationWait = Duration.seconds(3_600)
    private static let shutdownWait = Duration.seconds(5)
}
