import Domain
import FoundationEssentials
import JSONCodec
import NIOCore
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
        let presignedSeconds =
            try environment.duration("TARN_PRESIGN_EXPIRY", default: .minutes(15)).nanoseconds / 1_000_000_000
        guard (1...AddressToken.lifetimeSeconds).contains(presignedSeconds) else {
            throw ConfigurationError("TARN_PRESIGN_EXPIRY", "is not from 1s to 24h")
        }
        let services = Services(
            index: index, auth: auth, store: store, authorizer: PolicyAuthorizer(), writeTargets: WriteTargets(),
            presigning: PresigningKeys(auth: auth),
            settings: APISettings(
                s3EndpointURL: environment.string("TARN_S3_ENDPOINT_URL"),
                defaultNamespacePrefix: environment.string(
                    "TARN_DEFAULT_NAMESPACE", default: "\(store.scheme.rawValue)://"),
                endpointURL: try endpointURL(environment),
                presigns: try environment.flag("TARN_PRESIGN", default: true),
                presignedSeconds: presignedSeconds),
            audit: try AuditTrail(on: runtime, auth: auth),
            now: { Int64(Date().timeIntervalSince1970 * 1_000) })
        var listener = try runtime.publicListener()
        listener.errorBody = { rejection, requestID in
            var writer = JSONWriter()
            writer.object { $0.member("message", rejection.reason) }
            return HTTPErrorBody(
                contentType: "application/json", bytes: writer.bytes,
                headers: ["X-Request-ID": requestID, "X-Content-Type-Options": "nosniff"])
        }
        let site = try environment.string("TARN_UI_DIRECTORY").map { try WebSite(directory: $0) }
        return try await runtime.serve(
            listener, APIHandler(dispatcher: Dispatcher(routes: Routes.all, services: services), site: site))
    }

    /// - Throws: `ConfigurationError` for anything but `http(s)://host[:port]`.
    private static func endpointURL(_ environment: Environment) throws(ConfigurationError) -> String? {
        let variable = "TARN_API_ENDPOINT_URL"
        guard var url = environment.string(variable) else { return nil }
        while url.last == "/" { url.removeLast() }
        let isURL = ["http://", "https://"].contains { scheme in
            url.hasPrefix(scheme) && url.utf8.count > scheme.utf8.count
                && !url.utf8.dropFirst(scheme.utf8.count).contains {
                    $0 <= 0x20 || $0 >= 0x7F || $0 == 0x2F || $0 == 0x3F
                }
        }
        guard isURL else { throw ConfigurationError(variable, "is not http://host[:port] or https://host[:port]") }
        return url
    }
}
