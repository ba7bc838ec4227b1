package import ServiceKit
import Wire

/// The S3 gateway service.
package enum App {
    /// Serves until a signal ends it.
    ///
    /// - Returns: the process's exit code.
    package static func run(environment: Environment = .process) async -> Int32 {
        await ServiceRunner.run(.gateway, environment: environment) { runtime in _ = try await build(on: runtime) }
    }
}
