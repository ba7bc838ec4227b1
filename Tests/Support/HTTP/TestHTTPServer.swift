package import Logging
import NIOCore
package import ServiceKit

/// Event loops that all tests of a process share.
package enum TestLoops {
    package static let shared = EventLoops(count: 2)
}

extension Logger {
    /// Says nothing, for tests that provoke what would be logged.
    package static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

/// A listener on a free port of 127.0.0.1.
package struct TestHTTPServer: Sendable {
    package let server: HTTPServer

    package var port: Int { server.port }

    /// Starts a listener, lets `body` use it, and stops it.
    package static func run<Result: Sendable>(
        _ handler: any HTTPHandler, configure: (inout HTTPServerConfiguration) -> Void = { _ in },
        _ body: (TestHTTPServer) async throws -> Result
    ) async throws -> Result {
        let test = try await start(handler, configure: configure)
        do {
            let result = try await body(test)
            await test.server.shutdown(drain: .seconds(5))
            return result
        } catch {
            await test.server.shutdown(drain: .zero)
            throw error
        }
    }

    /// Starts a listener that the caller stops.
    package static func start(
        _ handler: any HTTPHandler, loops: EventLoops = TestLoops.shared,
        configure: (inout HTTPServerConfiguration) -> Void = { _ in }
    ) async throws -> TestHTTPServer {
        var configuration = HTTPServerConfiguration(
            name: "test", address: ListenAddress(host: "127.0.0.1", port: 0))
        configure(&configuration)
        let server = try await HTTPServer.start(
            configuration, on: loops, logger: .silent, handler: handler)
        return TestHTTPServer(server: server)
    }

    /// Starts a listener whose handler is a closure.
    package static func run<Result: Sendable>(
        configure: (inout HTTPServerConfiguration) -> Void = { _ in },
        handler: @escaping @Sendable (HTTPServerRequest, HTTPResponder) async -> Void,
        _ body: (TestHTTPServer) async throws -> Result
    ) async throws -> Result {
        try await run(HTTPClosureHandler(handler), configure: configure, body)
    }
}
