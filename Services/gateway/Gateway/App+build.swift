import NIOCore
import NIOPosix
package import ObjectStore
package import ServiceKit
package import Wire

extension App {
    /// The region that requests are signed for unless `TARN_S3_REGION` names another.
    static let defaultRegion = "us-east-1"

    /// Wires configuration, peers and store, and begins to serve.
    ///
    /// - Returns: the public listener.
    @discardableResult
    package static func build(on runtime: ServiceRuntime) async throws -> HTTPServer {
        let index = try runtime.client(of: .index)
        let auth = try runtime.client(of: .auth)
        let store = try ObjectStores.open(on: runtime)
        try await runtime.serveInternal(nil)
        return try await serve(runtime, index: index, auth: auth, store: store)
    }

    /// Serves the public listener with these peers and this store.
    package static func serve(
        _ runtime: ServiceRuntime, index: any RPCCalling, auth: any RPCCalling, store: any ObjectStore
    ) async throws -> HTTPServer {
        let environment = runtime.environment
        let threads = NIOThreadPool(numberOfThreads: System.coreCount)
        threads.start()
        runtime.onShutdown("digests") { try? await threads.shutdownGracefully() }
        var limits = GatewayLimits()
        limits.maxBodies = try environment.integer("TARN_MAX_BODIES", default: limits.maxBodies, in: 1...1_000_000)
        let handler = GatewayHandler(
            index: index, auth: auth, store: store, digests: DigestPool(threads),
            region: environment.string("TARN_S3_REGION", default: defaultRegion),
            domains: S3Domains(environment.string("TARN_S3_DOMAINS", default: "")),
            newNamespaces: try NewNamespaces(environment, scheme: store.scheme), logger: runtime.logger, limits: limits,
            audit: try AuditTrail(on: runtime, auth: auth))
        var listener = try runtime.publicListener()
        listener.errorBody = S3Failure.body
        return try await runtime.serve(listener, handler)
    }
}
