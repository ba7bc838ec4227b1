package import ServiceKit

/// Makes the store that a configuration names.
package enum ObjectStores {
    /// Opens the store that the environment names; the process is ready while it can be used, and it is shut down at the end.
    ///
    /// - Throws: `ConfigurationError` or `misconfigured`.
    package static func open(on runtime: ServiceRuntime) throws -> any ObjectStore {
        let store = try open(ObjectStoreConfiguration(runtime.environment))
        runtime.onShutdown("object store") { await store.shutDown() }
        runtime.health.require("object store") { (try? await store.checkHealth()) != nil }
        return store
    }

    /// - Throws: `misconfigured`.
    package static func open(_ configuration: ObjectStoreConfiguration) throws(ObjectStoreError) -> any ObjectStore {
        switch configuration.kind {
        case .local(let local): try LocalObjectStore(local)
        case .s3(let s3): try S3ObjectStore(s3)
        }
    }
}
