import Logging
package import NIOCore
package import ServiceKit
package import Wire

/// An RPC server on a free port of 127.0.0.1, and clients of it.
package struct TestRPC: Sendable {
    package static let credential = "a credential of the tests"
    package static let callers = RPCCallers.holding([.gateway: credential, .api: credential + "2"])

    package let http: TestHTTPServer

    package var address: SocketAddress { http.server.address }

    /// - Parameter configure: changes the listener, such as to observe its requests.
    package static func start(
        callers: RPCCallers = callers, metrics: Metrics? = nil, loops: EventLoops = TestLoops.shared,
        configure: (inout HTTPServerConfiguration) -> Void = { _ in }, _ build: (inout RPCRoutes) -> Void
    ) async throws -> TestRPC {
        var routes = RPCRoutes()
        build(&routes)
        let rpc = RPCServer(routes, callers: callers, logger: .silent, metrics: metrics)
        return TestRPC(http: try await TestHTTPServer.start(rpc, loops: loops, configure: configure))
    }

    package func stop() async { await http.server.shutdown(drain: .zero) }

    /// A client of peers at given addresses, as the gateway unless told.
    package static func client(
        of peer: ServiceName, at addresses: [SocketAddress], as service: ServiceName = .gateway,
        credential: String = credential, loops: EventLoops = TestLoops.shared, metrics: Metrics? = nil,
        configure: (inout RPCClientConfiguration) -> Void = { _ in }
    ) -> RPCClient {
        var configuration = RPCClientConfiguration(
            identity: RPCConfiguration(service: service, credential: credential), peer: peer,
            address: ListenAddress(host: "test", port: 1))
        configuration.resolve = { _ in addresses }
        // Machines that run tests can be slow to get to anything.
        configuration.patience = .seconds(20)
        configure(&configuration)
        return RPCClient(configuration, on: loops, logger: .silent, metrics: metrics)
    }
}

extension CallContext {
    /// A context for tests, with time enough for the slowest machine.
    package static func test(
        seconds: Double = 30, principal: Principal? = nil, clientAddress: String? = nil
    ) -> CallContext {
        CallContext(
            principal: principal, traceParent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            deadline: .now + .milliseconds(Int(seconds * 1000)), clientAddress: clientAddress)
    }
}

extension RPCClient {
    /// Waits until `count` calls are under way; none of them may end by itself.
    package func waiting(_ count: Int) async {
        while await callCount < count { try? await Task.sleep(for: .milliseconds(1)) }
    }
}
