import NIOCore
import NIOHTTP1
import ServiceKit
import Synchronization
import TestSupport
import Testing
import Wire

@Suite("Calls survive peers that fail, as far as that is safe", .fewAtATime)
struct RPCFailureTests {
    /// A peer that answers the first `count` bodies of calls by `fault`, and later ones as it should.
    final class Faulty: HTTPHandler {
        let rpc: RPCServer
        let remaining: Mutex<Int>
        let fault: @Sendable (HTTPServerRequest, HTTPResponder) async -> Void
        let bodies = Mutex(0)

        init(
            _ count: Int, _ fault: @escaping @Sendable (HTTPServerRequest, HTTPResponder) async -> Void
        ) {
            var routes = RPCRoutes()
            routes.on(Echo.self) { request, _, _ in Echo.Response(text: request.text) }
            routes.on(Append.self) { request, _, _ in Echo.Response(text: request.text) }
            rpc = RPCServer(routes, callers: TestRPC.callers, logger: .silent)
            remaining = Mutex(count)
            self.fault = fault
        }

        func handle(_ request: HTTPServerRequest, _ response: HTTPResponder) async {
            // A sign of life that clients ask for after a failure.
            if request.target == "/healthz" { return response.send(.ok) }
            bodies.withLock { $0 += 1 }
            let isFaulty = remaining.withLock { remaining in
                remaining -= 1
                return remaining >= 0
            }
            if isFaulty { await fault(request, response) } else { await rpc.handle(request, response) }
        }
    }

    static func run(_ peer: Faulty, _ body: (RPCClient) async throws -> Void) async throws {
        try await TestHTTPServer.run(peer) { server in
            let client = TestRPC.client(of: .index, at: [server.server.address])
            do {
                try await body(client)
            } catch {
                Issue.record(error)
            }
            await client.shutdown(drain: .seconds(1))
        }
    }

    static let faults: [(String, @Sendable (HTTPServerRequest, HTTPResponder) async -> Void)] = [
        ("resets the connection", { $1.abort() }),
        (
            "closes within its answer",
            { _, response in
                response.start(.ok)
                try? await response.write(ByteBuffer(bytes: [0, 0, 0, 9, 0, 0, 0, 9, 1]))
                response.abort()
            }
        ),
        ("answers nonsense", { $1.send(.ok, [:], bytes: [UInt8](repeating: 0xFF, count: 64)) }),
        ("answers for another call", { $1.send(.ok, [:], RPCFailureTests.frame("{\"i\":7}")) }),
        ("answers an envelope that is none", { $1.send(.ok, [:], RPCFailureTests.frame("{\"i\":\"0\"}")) }),
        ("ends without an answer", { $1.send(.ok, [:], bytes: []) }),
    ]

    static func frame(_ envelope: String, message: String = "") -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(UInt32(envelope.utf8.count))
        buffer.writeInteger(UInt32(message.utf8.count))
        buffer.writeString(envelope)
        buffer.writeString(message)
        return buffer
    }

    @Test("an idempotent call is sent again", arguments: faults.indices)
    func idempotent(index: Int) async throws {
        let peer = Faulty(2, Self.faults[index].1)
        try await Self.run(peer) { client in
            let answer = try await client.call(Echo.self, .init(text: "a"), .test())
            #expect(answer.text == "a", "\(Self.faults[index].0)")
        }
        #expect(peer.bodies.withLock { $0 } == 3)
    }

    @Test("an idempotent call is sent three times, not more", arguments: faults.indices)
    func bounded(index: Int) async throws {
        let peer = Faulty(100, Self.faults[index].1)
        try await Self.run(peer) { client in
            let error = await #expect(throws: RPCError.self) {
                try await client.call(Echo.self, .init(text: "a"), .test())
            }
            #expect(error?.code == .unavailable)
        }
        #expect(peer.bodies.withLock { $0 } == 3)
    }

    @Test("a call that must not be carried out twice is not sent again", arguments: faults.indices)
    func notIdempotent(index: Int) async throws {
        let peer = Faulty(1, Self.faults[index].1)
        try await Self.run(peer) { client in
            let error = await #expect(throws: RPCError.self) {
                try await client.call(Append.self, .init(text: "a"), .test())
            }
            #expect(error?.code == .outcomeUnknown, "\(Self.faults[index].0)")
        }
        #expect(peer.bodies.withLock { $0 } == 1)
    }

    @Test("an overloaded peer is asked again later, as it carried nothing out")
    func overloaded() async throws {
        let peer = Faulty(4) { _, response in response.send(.serviceUnavailable) }
        try await Self.run(peer) { client in
            let answer = try await client.call(Append.self, .init(text: "a"), .test())
            #expect(answer.text == "a")
        }
    }

    @Test("a peer that never answers costs a call its time and no more", arguments: [true, false])
    func hung(isIdempotent: Bool) async throws {
        let started = Gate()
        let peer = Faulty(1) { _, _ in
            await started.passOpen()
            try? await Task.sleep(for: .seconds(600))
        }
        try await Self.run(peer) { client in
            var codes: Set<RPCError.Code> = []
            while started.arrivals == 0 {
                let error = await #expect(throws: RPCError.self) {
                    if isIdempotent {
                        try await client.call(Echo.self, .init(text: "a"), .test(seconds: 0.2))
                    } else {
                        try await client.call(Append.self, .init(text: "a"), .test(seconds: 0.2))
                    }
                }
                if let code = error?.code { codes.insert(code) }
            }
            // A call whose time is up before it is out is late, whatever it is.
            #expect(codes.subtracting([.deadlineExceeded]) == (isIdempotent ? [] : [.outcomeUnknown]))
            let answer = try await client.call(Echo.self, .init(text: "b"), .test())
            #expect(answer.text == "b")
        }
    }

    @Test("the peer's handler is cancelled at the deadline, though its caller waits on")
    func serverDeadline() async throws {
        let ended = Gate()
        let server = try await TestRPC.start { routes in
            routes.on(Echo.self) { _, context, _ in
                try? await Task.sleep(for: .seconds(600))
                #expect(Task.isCancelled)
                #expect(context.deadline <= .now)
                await ended.passOpen()
                return Echo.Response(text: "")
            }
        }
        let envelope = #"{"i":0,"m":"index.testEcho","d":50,"t":""}"#
        let body = Array(Self.frame(envelope, message: #"{"text":""}"#).readableBytesView)
        let head =
            "POST /rpc HTTP/1.1\r\nHost: h\r\nTarn-Caller: gateway\r\n"
            + "Authorization: Bearer \(TestRPC.credential)\r\nContent-Length: \(body.count)\r\n\r\n"
        let client = try await RawHTTPClient.open(port: server.http.port)
        try await client.send(Array(head.utf8) + body)
        #expect(try await client.response().text.contains(#""e":"deadlineExceeded""#))
        await ended.arrived()
        await server.stop()
    }

    @Test("a call without time left is not sent")
    func noTime() async throws {
        let peer = Faulty(0) { _, _ in }
        try await Self.run(peer) { client in
            let error = await #expect(throws: RPCError.self) {
                try await client.call(Append.self, .init(text: ""), .test(seconds: -1))
            }
            #expect(error?.code == .deadlineExceeded)
        }
        #expect(peer.bodies.withLock { $0 } == 0)
    }

    @Test("a peer that is not there is unavailable, soon", arguments: [true, false])
    func unreachable(isResolved: Bool) async throws {
        let port = try FreePort.find()
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        let client = TestRPC.client(of: .index, at: [address]) { configuration in
            configuration.patience = .milliseconds(100)
            if !isResolved { configuration.resolve = { _ in nil } }
        }
        for _ in 0..<2 {
            let error = await #expect(throws: RPCError.self) {
                try await client.call(Append.self, .init(text: ""), .test())
            }
            #expect(error?.code == .unavailable)
        }
        await client.shutdown(drain: .zero)
    }

    @Test("after shutdown calls are refused, and those under way end")
    func shutdown() async throws {
        let gate = Gate()
        let server = try await TestRPC.start { routes in
            routes.on(Echo.self) { request, _, _ in
                await gate.pass()
                return Echo.Response(text: request.text)
            }
        }
        let client = TestRPC.client(of: .index, at: [server.address])
        async let before = client.call(Echo.self, .init(text: "a"), .test())
        await gate.arrived()
        async let stopped: Void = client.shutdown(drain: .seconds(20))
        while true {
            do throws(RPCError) {
                _ = try await client.call(Echo.self, .init(text: "b"), .test(seconds: 0.05))
            } catch {
                // Before the shutdown takes hold, the call waits at the gate until its time is up.
                if error.code == .unavailable { break }
            }
        }
        gate.open()
        #expect(try await before.text == "a")
        await stopped
        await server.stop()
    }
}
