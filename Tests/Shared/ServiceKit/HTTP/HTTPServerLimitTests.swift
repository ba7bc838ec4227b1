import NIOCore
import NIOHTTP1
import ServiceKit
import Synchronization
import TestSupport
import Testing

@Suite("A listener bounds what it takes and how long it waits", .fewAtATime)
struct HTTPServerLimitTests {
    static let hello = HTTPClosureHandler { _, response in response.send(.ok, [:], bytes: "hello".utf8) }

    static let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test("a connection too many is answered 503 and closed; others go on")
    func connections() async throws {
        try await TestHTTPServer.run(Self.hello) {
            $0.limits.maxConnections = 2
        } _: { server in
            let first = try await RawHTTPClient.open(port: server.port)
            let second = try await RawHTTPClient.open(port: server.port)
            for client in [first, second] {
                try await client.send(Self.get)
                #expect(try await client.response().status == 200)
            }
            let third = try await RawHTTPClient.open(port: server.port)
            try await third.send(Self.get)
            let refusal = try await third.response()
            #expect(refusal.status == 503)
            #expect(refusal.header("retry-after") == "1")
            #expect(try await third.isClosed())
            third.connection.close()
            try await first.send(Self.get)
            #expect(try await first.response().status == 200)
            second.connection.close()
            while server.server.connectionCount > 1 { try await Task.sleep(for: .milliseconds(1)) }
            #expect(try await RawHTTPClient.get(port: server.port, "/").status == 200)
        }
    }

    @Test("a request too many is answered 503")
    func requests() async throws {
        let gate = Gate()
        try await TestHTTPServer.run {
            $0.limits.maxConcurrentRequests = 1
        } handler: { _, response in
            await gate.pass()
            response.send(.ok)
        } _: { server in
            let first = try await RawHTTPClient.open(port: server.port)
            try await first.send(Self.get)
            await gate.arrived()
            #expect(try await RawHTTPClient.get(port: server.port, "/").status == 503)
            gate.open()
            #expect(try await first.response().status == 200)
            #expect(try await RawHTTPClient.get(port: server.port, "/").status == 200)
        }
    }

    @Test("a head that does not come in time is answered 408")
    func headTimeout() async throws {
        try await TestHTTPServer.run(Self.hello) {
            $0.timeouts.head = .milliseconds(100)
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port)
            try await client.send("GET / HTTP/1.1\r\nHost:")
            #expect(try await client.response().status == 408)
            #expect(try await client.isClosed())
        }
    }

    @Test("bytes that trickle in do not prolong the time of a head")
    func trickle() async throws {
        try await TestHTTPServer.run(Self.hello) { configuration in
            configuration.timeouts.head = .milliseconds(200)
            configuration.timeouts.linger = .milliseconds(100)
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port)
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n")
            var sent = 0
            while sent < 400, try await client.connection.sendSome(Array("X: y\r\n".utf8)) > 0 {
                sent += 1
                try await Task.sleep(for: .milliseconds(25))
            }
            #expect(sent < 400)
        }
    }

    @Test("an idle connection is closed without a word")
    func idleTimeout() async throws {
        try await TestHTTPServer.run(Self.hello) {
            $0.timeouts.idle = .milliseconds(500)
        } _: { server in
            // On a busy machine the time may be up before the request is out.
            for _ in 0..<20 {
                let client = try await RawHTTPClient.open(port: server.port)
                try await client.send(Self.get)
                let status = try? await client.response().status
                #expect(try await client.isClosed())
                if status == 200 { return }
            }
            Issue.record("no request was in time")
        }
    }

    @Test("a body that does not come fails the pull, and the handler can answer")
    func bodyTimeout() async throws {
        try await TestHTTPServer.run {
            $0.timeouts.bodyProgress = .milliseconds(100)
        } handler: { request, response in
            do throws(HTTPStreamError) {
                _ = try await request.body.collect(maxBytes: 100)
                response.send(.ok)
            } catch {
                response.send(error == .bodyTimedOut ? .requestTimeout : .internalServerError)
            }
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port)
            try await client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc")
            #expect(try await client.response().status == 408)
            #expect(try await client.isClosed())
        }
    }

    @Test("a body that trickles in is no progress")
    func trickledBody() async throws {
        try await TestHTTPServer.run {
            $0.timeouts.bodyProgress = .milliseconds(200)
        } handler: { request, response in
            do throws(HTTPStreamError) {
                _ = try await request.body.collect(maxBytes: 1000)
                response.send(.ok)
            } catch {
                response.send(error == .bodyTimedOut ? .requestTimeout : .internalServerError)
            }
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port)
            try await client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n")
            var sent = 0
            while sent < 900, try await client.connection.sendSome([1]) == 1 {
                sent += 1
                try await Task.sleep(for: .milliseconds(20))
                if client.connection.hasInput { break }
            }
            #expect(sent < 900)
            #expect(try await client.response().status == 408)
        }
    }

    @Test("a client that takes nothing is cut off, and the handler hears of it")
    func responseTimeout() async throws {
        let ended = Gate()
        try await TestHTTPServer.run {
            $0.timeouts.responseProgress = .milliseconds(200)
        } handler: { _, response in
            response.start(.ok)
            await #expect(throws: HTTPStreamError.responseTimedOut) {
                while true { try await response.write(ByteBuffer(repeating: 1, count: 1 << 20)) }
            }
            await ended.passOpen()
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port, receiveBufferBytes: 65_536)
            try await client.send(Self.get)
            await ended.arrived()
            await #expect(throws: (any Error).self) { try await client.response() }
        }
    }

    @Test("shutdown lets requests end, closes idle connections and takes no new ones")
    func drain() async throws {
        let gate = Gate()
        let test = try await TestHTTPServer.start(
            HTTPClosureHandler { _, response in
                await gate.pass()
                response.send(.ok)
            })
        let idle = try await RawHTTPClient.open(port: test.port)
        let busy = try await RawHTTPClient.open(port: test.port)
        try await busy.send(Self.get)
        await gate.arrived()
        async let stopped: Void = test.server.shutdown(drain: .seconds(20))
        #expect(try await idle.isClosed())
        gate.open()
        let response = try await busy.response()
        #expect(response.status == 200)
        #expect(response.header("connection") == "close")
        await stopped
        await #expect(throws: (any Error).self) { try await RawHTTPClient.open(port: test.port) }
    }

    @Test("shutdown ends what does not end by itself")
    func drainTimeout() async throws {
        let cancelled = Gate()
        let test = try await TestHTTPServer.start(
            HTTPClosureHandler { _, _ in
                try? await Task.sleep(for: .seconds(60))
                #expect(Task.isCancelled)
                await cancelled.passOpen()
            })
        let client = try await RawHTTPClient.open(port: test.port)
        try await client.send(Self.get)
        while test.server.requestCount == 0 { try await Task.sleep(for: .milliseconds(1)) }
        await test.server.shutdown(drain: .milliseconds(50))
        await cancelled.arrived()
        #expect(test.server.connectionCount == 0)
        #expect(test.server.requestCount == 0)
    }

    @Test("an observer hears of every request once, with its path but not its query")
    func observer() async throws {
        final class Records: HTTPObserver {
            let all = Mutex<[HTTPRequestRecord]>([])
            func ended(_ record: HTTPRequestRecord) { all.withLock { $0.append(record) } }
        }
        let records = Records()
        try await TestHTTPServer.run {
            $0.observer = records
        } handler: { request, response in
            response.setOperation("Test")
            let body = try? await request.body.collect(maxBytes: 100)
            response.send(.created, [:], body)
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port)
            let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            try await client.send(
                "PUT /a?X-Amz-Signature=s HTTP/1.1\r\nHost: h\r\nTraceparent: \(trace)\r\nContent-Length: 3\r\n\r\nabc")
            #expect(try await client.response().status == 201)
            try await client.send("nonsense\r\n")
            #expect(try await client.response().status == 400)
            // The client may have its answer before the observer has heard.
            while records.all.withLock({ $0.count }) < 2 { try await Task.sleep(for: .milliseconds(1)) }
            let all = records.all.withLock { $0 }
            #expect(all.map(\.status?.code) == [201, 400])
            #expect(all.first?.path == "/a")
            #expect(all.first?.operation == "Test")
            #expect(all.first?.trace.traceID == "0af7651916cd43dd8448eb211c80319c")
            #expect(all.first?.receivedBodyBytes == 3)
            #expect(all.first?.sentBodyBytes == 3)
            #expect(all.first?.clientAddress == "127.0.0.1")
        }
    }
}
