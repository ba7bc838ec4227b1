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
        let index = try runtime.client(of: .index)
        let store = try ObjectStores.open(on: runtime)
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
