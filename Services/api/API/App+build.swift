import Domain
import FoundationEssentials
import JSONCodec
import NIOHTTP1
package import ObjectStore
import Policy
package import ServiceKit
package import Wire

extension App {
    /// Wires configuration, peers, store and routes, and begins to serve.
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
        let services = Services(
            index: index, auth: auth, store: store, authorizer: AdministratorsOnly(), writeTargets: WriteTargets(),
            settings: APISettings(
                s3EndpointURL: environment.string("TARN_S3_ENDPOINT_URL"),
                defaultNamespacePrefix: environment.string(
                    "TARN_DEFAULT_NAMESPACE", default: "\(store.scheme.rawValue)://")),
            now: { Int64(Date().timeIntervalSince1970 * 1_000) })
        var listener = try runtime.publicListener()
        listener.errorBody = { rejection, requestID in
            var writer = JSONWriter()
            writer.object { $0.member("message", rejection.reason) }
            return HTTPErrorBody(
                contentType: "application/json", bytes: writer.bytes,
                headers: ["X-Request-ID": requestID, "X-Content-Type-Options": "nosniff"])
        }
        return try await runtime.serve(
            listener, APIHandler(dispatcher: Dispatcher(routes: Routes.all, services: services)))
    }
}
