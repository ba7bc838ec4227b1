import NIOCore
import NIOHTTP1

/// Serves the internal listener: calls between services, health and metrics.
///
/// Health and metrics need no credential and tell nothing of users or data.
package struct InternalHandler: HTTPHandler {
    private let rpc: RPCServer?
    private let health: Health
    private let metrics: Metrics

    package init(rpc: RPCServer?, health: Health, metrics: Metrics) {
        self.rpc = rpc
        self.health = health
        self.metrics = metrics
    }

    package func handle(_ request: HTTPServerRequest, _ response: HTTPResponder) async {
        if let rpc, request.target == RPCHeaders.path { return await rpc.handle(request, response) }
        guard request.method == .GET || request.method == .HEAD else { return response.send(.methodNotAllowed) }
        switch request.target {
        case "/healthz":
            response.setOperation("health")
            send(.ok, "ok\n", response)
        case "/readyz":
            response.setOperation("ready")
            let isReady = await health.isReady()
            send(isReady ? .ok : .serviceUnavailable, isReady ? "ready\n" : "not ready\n", response)
        case "/metrics":
            response.setOperation("metrics")
            send(.ok, metrics.render(), response, "text/plain; version=0.0.4; charset=utf-8")
        default:
            response.send(.notFound)
        }
    }

    private func send(
        _ status: HTTPResponseStatus, _ text: String, _ response: HTTPResponder,
        _ contentType: String = "text/plain; charset=utf-8"
    ) {
        response.send(status, ["Content-Type": contentType], bytes: text.utf8)
    }
}
