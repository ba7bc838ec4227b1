import Glibc
import NIOCore
import NIOHTTP1
import Synchronization
import TestSupport
import Testing
import Wire

@testable import ServiceKit

/// One at a time: signals belong to the process.
@Suite("A service starts, serves, drains and ends with an exit code", .serialized, .fewAtATime)
struct ServiceRunnerTests {
    static let environment = Environment([
        "TARN_RPC_LISTEN": "127.0.0.1:0", "TARN_LISTEN": "127.0.0.1:0", "TARN_LOOPS": "1", "TARN_LOG_LEVEL": "critical",
        "TARN_RPC_CALLERS": "gateway=\(String(repeating: "a", count: 64))",
    ])

    @Test("SIGTERM and SIGINT end it in order", arguments: [SIGTERM, SIGINT])
    func stops(signal: CInt) async throws {
        let order = Mutex<[String]>([])
        let ports = Mutex<[Int]>([])
        let running = Gate()
        async let code = ServiceRunner.run(.index, environment: Self.environment) { runtime in
            runtime.onShutdown("first") { order.withLock { $0.append("first") } }
            let server = try await runtime.serveInternal(RPCRoutes())
            ports.withLock { $0.append(server.port) }
            runtime.onShutdown("last") { order.withLock { $0.append("last") } }
            await running.passOpen()
        }
        await running.arrived()
        let port = try #require(ports.withLock { $0.first })
        while try await RawHTTPClient.get(port: port, "/readyz").status != 200 {
            try await Task.sleep(for: .milliseconds(1))
        }
        #expect(kill(getpid(), signal) == 0)
        #expect(await code == 0)
        #expect(order.withLock { $0 } == ["last", "first"])
        await #expect(throws: (any Error).self) { try await RawConnection.open(port: port) }
    }

    @Test(
        "wrong configuration is exit code 78",
        arguments: [
            ["TARN_LOOPS": "none"], ["TARN_LOG_LEVEL": "loud"], ["TARN_DRAIN": "soon"], ["TARN_ACCESS_LOG": "some"],
            ["TARN_RPC_LISTEN": "nowhere"],
        ])
    func misconfigured(values: [String: String]) async {
        let environment = Environment(values.merging(["TARN_LOG_LEVEL": "critical"]) { given, _ in given })
        let code = await ServiceRunner.run(.index, environment: environment) { runtime in
            try await runtime.serveInternal(nil)
        }
        #expect(code == 78)
    }

    @Test("a start that fails is exit code 1, after what was started is stopped")
    func failed() async {
        struct Broken: Error {}
        let stopped = Gate()
        let code = await ServiceRunner.run(.index, environment: Self.environment) { runtime in
            runtime.onShutdown("part") { await stopped.passOpen() }
            throw Broken()
        }
        #expect(code == 1)
        #expect(stopped.arrivals == 1)
    }

    @Test("the internal listener tells health and metrics without a credential, and nothing else")
    func internalListener() async throws {
        let runtime = try ServiceRuntime(.index, Self.environment, logger: .silent)
        let isReady = Mutex(false)
        runtime.health.require("database") { isReady.withLock { $0 } }
        let port = try await runtime.serveInternal(RPCRoutes()).port
        func status(_ path: String) async throws -> Int { try await RawHTTPClient.get(port: port, path).status }
        #expect(try await status("/healthz") == 200)
        #expect(try await status("/readyz") == 503)
        runtime.health.started()
        #expect(try await status("/readyz") == 503)
        isReady.withLock { $0 = true }
        #expect(try await status("/readyz") == 200)
        #expect(try await RawHTTPClient.get(port: port, "/metrics").text.contains("tarn_http_requests_total"))
        #expect(try await status("/other") == 404)
        #expect(try await status("/rpc") == 404)
        let post = "POST /rpc HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"
        #expect(try await RawHTTPClient.exchange(port: port, post).status == 401)
        runtime.health.stopping()
        #expect(try await status("/readyz") == 503)
        await runtime.shutdown()
    }

    @Test("a check that hangs counts as failed")
    func hangingCheck() async {
        let health = Health(timeout: .milliseconds(20))
        health.started()
        #expect(await health.isReady())
        health.require("slow") {
            try? await Task.sleep(for: .seconds(600))
            return true
        }
        #expect(await !health.isReady())
    }
}
