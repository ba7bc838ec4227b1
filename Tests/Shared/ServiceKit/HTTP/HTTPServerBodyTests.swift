import NIOCore
import NIOHTTP1
import ServiceKit
import Synchronization
import TestSupport
import Testing

@Suite("Bodies are pulled, one at a time and no faster than they are used", .fewAtATime)
struct HTTPServerBodyTests {
    static func put(_ count: Int, _ headers: String = "") -> String {
        "PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(count)\r\n\(headers)\r\n"
    }

    /// Answers with the number of body bytes, or with what went wrong.
    static let counting = HTTPClosureHandler { request, response in
        do {
            var count = 0
            while let part = try await request.body.next() { count += part.readableBytes }
            response.send(.ok, [:], bytes: "\(count)".utf8)
        } catch {
            response.send(.badRequest, ["Connection": "close"], bytes: "\(error)".utf8)
        }
    }

    @Test("a large body arrives whole, in pieces")
    func large() async throws {
        try await TestHTTPServer.run(Self.counting) { server in
            let client = try await RawHTTPClient.open(port: server.port)
            for count in [0, 1, 65_536, 3_000_000] {
                try await client.send(Array(Self.put(count).utf8) + [UInt8](repeating: 1, count: count))
                #expect(try await client.response().text == "\(count)")
            }
        }
    }

    @Test("requests sent at once are answered in their order")
    func pipelined() async throws {
        try await TestHTTPServer.run { request, response in
            // The earlier, the slower: an answer out of order would overtake.
            if request.target.hasSuffix("0") { try? await Task.sleep(for: .milliseconds(2)) }
            let body = try? await request.body.collect(maxBytes: 100)
            response.send(.ok, [:], bytes: "\(request.target) \(body.map { String(buffer: $0) } ?? "?")".utf8)
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port)
            let requests = (0..<200).map { "PUT /\($0) HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc" }
            try await client.send(requests.joined())
            for number in 0..<200 { #expect(try await client.response().text == "/\(number) abc") }
        }
    }

    @Test("100 is sent when the handler first pulls, and not before")
    func expectContinue() async throws {
        let gate = Gate()
        try await TestHTTPServer.run { request, response in
            await gate.pass()
            let body = try? await request.body.collect(maxBytes: 100)
            response.send(.ok, [:], body)
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port)
            for number in 0..<2 {
                try await client.send(Self.put(5, "Expect: 100-Continue\r\n"))
                await gate.arrived(number + 1)
                gate.open()
                #expect(try await client.response().status == 100)
                try await client.send("hello")
                #expect(try await client.response().text == "hello")
            }
        }
    }

    @Test("an expected body of no bytes gets 100 before the answer, and the connection goes on")
    func emptyExpectation() async throws {
        try await TestHTTPServer.run { _, response in
            response.send(.ok, [:], bytes: "done".utf8)
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port)
            for _ in 0..<2 {
                try await client.send(Self.put(0, "Expect: 100-continue\r\n"))
                #expect(try await client.response().status == 100)
                #expect(try await client.response().text == "done")
            }
        }
    }

    @Test("a request refused before its expected body gets no 100, and the connection ends")
    func refusedExpectation() async throws {
        try await TestHTTPServer.run { _, response in
            response.send(.forbidden)
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port)
            try await client.send(Self.put(5, "Expect: 100-continue\r\n"))
            let response = try await client.response()
            #expect(response.status == 403)
            #expect(response.header("connection") == "close")
            #expect(try await client.isClosed())
        }
    }

    @Test("a short body that nobody read is taken off, and the connection goes on")
    func drained() async throws {
        try await TestHTTPServer.run { request, response in
            response.send(.ok, [:], bytes: request.target.utf8)
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port)
            try await client.send(Array(Self.put(60_000).utf8) + [UInt8](repeating: 1, count: 60_000))
            try await client.send(
                "POST /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
            try await client.send("GET /c HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await client.response().text == "/")
            #expect(try await client.response().text == "/b")
            #expect(try await client.response().text == "/c")
        }
    }

    @Test("a long body that nobody read ends the connection, after the client could read the answer")
    func notDrained() async throws {
        try await TestHTTPServer.run {
            $0.timeouts.linger = .seconds(60)
        } handler: { _, response in
            response.send(.forbidden, [:], bytes: "no".utf8)
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port)
            let body = [UInt8](repeating: 1, count: 4_000_000)
            try await client.send(Array(Self.put(body.count).utf8) + body)
            let response = try await client.response()
            #expect(response.status == 403)
            #expect(response.header("connection") == "close")
            client.connection.finishSending()
            #expect(try await client.isClosed())
        }
    }

    @Test("a client that sends without end after its answer is cut off")
    func endlessSender() async throws {
        try await TestHTTPServer.run {
            $0.limits.maxLingerBytes = 1_000_000
        } handler: { _, response in
            response.send(.forbidden)
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port, timeoutSeconds: 10)
            try await client.send(Self.put(1 << 40))
            let piece = [UInt8](repeating: 1, count: 1 << 20)
            var sent = 0
            while sent < 200 << 20 {
                let count = try await client.connection.sendSome(piece)
                sent += count
                if count < piece.count { break }
            }
            #expect(sent < 100 << 20)
        }
    }

    @Test("a handler that does not read slows the client instead of filling memory")
    func readBackPressure() async throws {
        let gate = Gate()
        try await TestHTTPServer.run { request, response in
            await gate.pass()
            await Self.counting.handle(request, response)
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port)
            let body = [UInt8](repeating: 1, count: 48 << 20)
            try await client.send(Self.put(body.count))
            // What the kernel buffers on both sides and one read ahead; far from the whole.
            let taken = try await client.connection.sendSome(body, stallMilliseconds: 500)
            #expect(taken < 32 << 20)
            gate.open()
            try await client.send(Array(body[taken...]))
            #expect(try await client.response().text == "\(body.count)")
        }
    }

    @Test("a client that does not read holds the handler back")
    func writeBackPressure() async throws {
        let written = Mutex(0)
        let stuck = Gate()
        try await TestHTTPServer.run { _, response in
            response.start(.ok, ["Content-Length": "\(64 << 20)"])
            let piece = ByteBuffer(repeating: 1, count: 1 << 20)
            for _ in 0..<64 {
                guard (try? await response.write(piece)) != nil else { return }
                written.withLock { $0 += 1 }
                await stuck.passOpen()
            }
            response.end()
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port, receiveBufferBytes: 65_536)
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            await stuck.arrived(1)
            try await Task.sleep(for: .milliseconds(200))
            #expect(written.withLock { $0 } < 32)
            #expect(try await client.response().body.count == 64 << 20)
        }
    }

    @Test("the handler is cancelled when its client goes away", arguments: ["waiting", "pulling", "writing"])
    func cancelled(while state: String) async throws {
        let (started, ended) = (Gate(), Gate())
        try await TestHTTPServer.run { request, response in
            await started.passOpen()
            switch state {
            case "pulling":
                await #expect(throws: HTTPStreamError.clientGone) { while try await request.body.next() != nil {} }
            case "writing":
                response.start(.ok)
                await #expect(throws: HTTPStreamError.clientGone) {
                    while true { try await response.write(ByteBuffer(repeating: 1, count: 100_000)) }
                }
            default:
                try? await Task.sleep(for: .seconds(60))
            }
            // Where the failure came within the handler's first turn, the cancellation follows it.
            await Task.yield()
            #expect(Task.isCancelled)
            await ended.passOpen()
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port)
            try await client.send(Self.put(10) + "hello")
            await started.arrived()
            client.connection.reset()
            await ended.arrived()
        }
    }

    @Test("a body that ends early is an error, never an end")
    func truncated() async throws {
        let ended = Gate()
        try await TestHTTPServer.run { request, response in
            await #expect(throws: HTTPStreamError.clientGone) { while try await request.body.next() != nil {} }
            await ended.passOpen()
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port)
            try await client.send(Self.put(10) + "hello")
            client.connection.finishSending()
            await ended.arrived()
        }
    }

    @Test("collect refuses more than its limit", arguments: [false, true])
    func collectLimit(isChunked: Bool) async throws {
        try await TestHTTPServer.run { request, response in
            do {
                _ = try await request.body.collect(maxBytes: 4)
                response.send(.ok)
            } catch HTTPStreamError.bodyTooLarge(let limit) {
                response.send(.payloadTooLarge, [:], bytes: "\(limit)".utf8)
            } catch {
                response.send(.badRequest)
            }
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port)
            let request =
                isChunked
                ? "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
                : Self.put(5) + "abcde"
            try await client.send(request)
            let response = try await client.response()
            #expect(response.status == 413)
            #expect(response.text == "4")
        }
    }

    @Test("a chunk that breaks the rules fails the pull, and the connection ends with the answer")
    func malformedChunk() async throws {
        try await TestHTTPServer.run(Self.counting) { server in
            let client = try await RawHTTPClient.open(port: server.port)
            try await client.send("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n")
            let response = try await client.response()
            #expect(response.status == 400)
            #expect(response.text.contains("malformedBody"))
            #expect(try await client.isClosed())
        }
    }
}
