package import ServiceKit
import Wire

/// The REST API service.
package enum App {
    /// Runs until a signal ends it.
    ///
    /// - Returns: the process's exit code.
    package static func run(environment: Environment = .process) async -> Int32 {
        await ServiceRunner.run(.api, environment: environment) { runtime in _ = try await build(on: runtime) }
    }
}
