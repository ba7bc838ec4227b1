import ObjectStore
package import ServiceKit
import Wire

/// The storage worker as a process: the one place where its parts are made.
package enum App {
    /// Works until the process is told to stop.
    ///
    /// - Returns: the process's exit code.
    package static func serve(environment: Environment = .process) async -> Int32 {
        await ServiceRunner.run(.storage, environment: environment) { runtime in try await build(on: runtime) }
    }

    private static func build(on runtime: ServiceRuntime) async throws {
        let identity = try RPCConfiguration(service: .storage, from: runtime.environment)
        let index = RPCClient(
            RPCClientConfiguration(
                identity: identity, peer: .index, address: try RPCConfiguration.peer(.index, from: runtime.environment)),
            on: runtime.loops, logger: runtime.logger, metrics: runtime.metrics)
        runtime.onShutdown("calls of index") { [drain = runtime.drain] in await index.shutdown(drain: drain) }
        let store = try ObjectStores.open(ObjectStoreConfiguration(runtime.environment))
        runtime.onShutdown("object store") { await store.shutDown() }
        runtime.health.require("object store") {
            do {
                try await store.checkHealth()
                return true
            } catch {
                return false
            }
        }
        let worker = Worker(
            index: index, store: store, configuration: try WorkerConfiguration(runtime.environment),
            logger: runtime.logger)
        let running = Task { await worker.run() }
        runtime.onShutdown("worker") {
            running.cancel()
            await running.value
        }
        try await runtime.serveInternal(nil)
    }
}
