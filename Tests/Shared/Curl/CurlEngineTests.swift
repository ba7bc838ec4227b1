import Curl
import NIOCore
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct CurlEngineTests {
    private func withEngine<Result>(
        _ configuration: CurlConfiguration = CurlConfiguration(),
        _ body: (CurlEngine, TestServer) async throws -> Result
    ) async throws -> Result {
        let engine = try CurlEngine(configuration)
        do {
            let result = try await TestServer.with { try await body(engine, $0) }
            await engine.shutDown()
            return result
        } catch {
            await engine.shutDown()
            throw error
        }
    }

    @Test("An answer of any length comes whole and in order", arguments: [0, 1, 1_024, 65_536, 5_000_000])
    func getsBytes(count: Int) async throws {
        try await withEngine { engine, server in
            let response = try await engine.send(CurlRequest(.get, server.url("/bytes/\(count)")))
            defer { response.cancel() }
            #expect(response.head.status == 200)
            #expect(response.head["content-length"] == "\(count)")
            var position = 0
            while let bytes = try await response.next() {
                #expect(Pattern.matches(bytes, at: position))
                position += bytes.readableBytes
            }
            #expect(position == count)
        }
    }

    @Test("One connection serves one request after the other")
    func reusesConnections() async throws {
        try await withEngine { engine, server in
            for _ in 0..<20 {
                let response = try await engine.send(CurlRequest(.get, server.url("/bytes/100")))
                #expect(try await response.collect(maxBytes: 100).readableBytes == 100)
            }
            let put = try await engine.send(
                CurlRequest(.put, server.url("/count")), body: .bytes(ByteBuffer(string: "x")))
            _ = try await put.collect(maxBytes: 100)
            #expect(server.opened == 1)
        }
    }

    @Test("Many requests at once each get their own answer")
    func runsConcurrently() async throws {
        try await withEngine { engine, server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for count in 0..<200 {
                    group.addTask {
                        let response = try await engine.send(CurlRequest(.get, server.url("/bytes/\(count * 100)")))
                        #expect(try await response.collect(maxBytes: 20_000).readableBytes == count * 100)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("More requests than may run at once wait for their turn")
    func queues() async throws {
        var configuration = CurlConfiguration()
        configuration.maxTransfers = 2
        try await withEngine(configuration) { engine, server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        let response = try await engine.send(CurlRequest(.get, server.url("/bytes/1000")))
                        #expect(try await response.collect(maxBytes: 1_000).readableBytes == 1_000)
                    }
                }
                try await group.waitForAll()
            }
            #expect(server.opened <= 2)
        }
    }

    @Test("A request that finds the line full is refused, one that waits too long times out")
    func boundsTheLine() async throws {
        var configuration = CurlConfiguration()
        configuration.maxTransfers = 1
        configuration.maxWaiting = 1
        try await withEngine(configuration) { engine, server in
            let first = try await engine.send(CurlRequest(.get, server.url("/stall")))
            let codes = await withTaskGroup(of: CurlError.Code?.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        let request = CurlRequest(.get, server.url("/bytes/1"), timeouts: CurlTimeouts(connect: 600))
                        return await #expect(throws: CurlError.self) { try await engine.send(request) }?.code
                    }
                }
                return await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(codes == [.overloaded, .timedOut])
            first.cancel()
        }
    }

    @Test("What the reader does not take is not read from the connection")
    func pushesBack() async throws {
        try await withEngine { engine, server in
            let size = 200_000_000
            let response = try await engine.send(CurlRequest(.get, server.url("/bytes/\(size)")))
            _ = try await response.next()
            var sent = -1
            while sent != server.sentBytes {
                sent = server.sentBytes
                try await Task.sleep(for: .milliseconds(500))
            }
            #expect(sent < 40_000_000, "socket buffers and the engine's own may fill, not more")
            response.cancel()
            try await server.eventually { $0.closed > 0 }
        }
    }

    @Test("A response that is let go of ends its transfer")
    func cancelsOnRelease() async throws {
        try await withEngine { engine, server in
            _ = try await engine.send(CurlRequest(.get, server.url("/bytes/100000000")))
            try await server.eventually { $0.closed > 0 }
        }
    }

    @Test("A cancelled task ends its request", arguments: ["/hang", "/stall"])
    func cancelsWithTask(path: String) async throws {
        try await withEngine { engine, server in
            let task = Task {
                let response = try await engine.send(CurlRequest(.get, server.url(path)))
                return try await response.collect(maxBytes: 1 << 20)
            }
            try await server.eventually { $0.opened > 0 }
            task.cancel()
            let error = await #expect(throws: CurlError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            try await server.eventually { $0.closed > 0 }
        }
    }

    @Test(
        "A fault has its own code",
        arguments: [
            ("/cut/10", CurlError.Code.cut), ("/cut/300000", .cut), ("/close", .cut), ("/hang", .timedOut),
            ("/stall", .timedOut), ("/long-head", .malformed),
        ])
    func namesFaults(path: String, code: CurlError.Code) async throws {
        try await withEngine { engine, server in
            let error = await #expect(throws: CurlError.self) {
                let response = try await engine.send(
                    CurlRequest(.get, server.url(path), timeouts: CurlTimeouts(idle: 600)))
                _ = try await response.collect(maxBytes: 1 << 20)
            }
            #expect(error?.code == code)
        }
    }

    @Test(
        "Nobody listening, an unknown name, a forbidden scheme and a broken URL are told apart from faults of the server"
    )
    func namesRefusals() async throws {
        let engine = try CurlEngine()
        for (url, code) in [
            ("http://127.0.0.1:1/", CurlError.Code.notConnected), ("http://no-such-host.invalid/", .notConnected),
            ("file:///etc/passwd", .invalidRequest), ("http://127.0.0.1:1/\r\nx", .invalidRequest),
            ("http://[", .invalidRequest),
        ] {
            let error = await #expect(throws: CurlError.self) { try await engine.send(CurlRequest(.get, url)) }
            #expect(error?.code == code, "\(url)")
        }
        await engine.shutDown()
        let error = await #expect(throws: CurlError.self) {
            try await engine.send(CurlRequest(.get, "http://127.0.0.1:1/"))
        }
        #expect(error?.code == .shutDown)
    }

    @Test("A filter decides on the address, not on the name")
    func filtersAddresses() async throws {
        var configuration = CurlConfiguration()
        configuration.permits = { $0.bytes.first != 127 }
        try await withEngine(configuration) { engine, server in
            for host in ["127.0.0.1", "localhost", "2130706433"] {
                let error = await #expect(throws: CurlError.self) {
                    try await engine.send(CurlRequest(.get, "http://\(host):\(server.port)/bytes/1"))
                }
                #expect(host == "localhost" || error?.code == .forbiddenAddress)
            }
            #expect(server.opened == 0)
        }
    }

    @Test("Redirects are handed over and not followed; a HEAD has no body; interim answers are passed over")
    func leavesAnswersAlone() async throws {
        try await withEngine { engine, server in
            let redirect = try await engine.send(CurlRequest(.get, server.url("/redirect")))
            #expect(redirect.head.status == 302)
            #expect(redirect.head["Location"] == "/bytes/1")
            let head = try await engine.send(CurlRequest(.head, server.url("/bytes/77")))
            #expect(head.head["content-length"] == "77")
            #expect(try await head.next() == nil)
            let interim = try await engine.send(CurlRequest(.get, server.url("/interim")))
            #expect(interim.head.status == 200)
            #expect(interim.head["link"] == nil)
            #expect(try await interim.collect(maxBytes: 10) == ByteBuffer(string: "ok"))
        }
    }

    @Test("Headers go out as given, and come in whatever their case")
    func carriesHeaders() async throws {
        try await withEngine { engine, server in
            let response = try await engine.send(
                CurlRequest(
                    .post, server.url("/headers"),
                    headers: [("x-one", "1"), ("x-empty", ""), ("x-blank", " \t"), ("host", "other")]))
            #expect(response.head["x-mixed"] == "spaced value")
            #expect(response.head.headers.contains { $0 == ("x-mixed", "spaced value") })
            let lines = try await response.collect(maxBytes: 10_000)
            let text = String(decoding: lines.readableBytesView, as: UTF8.self).split(separator: "\n").map(String.init)
            for line in ["x-one: 1", "x-empty: ", "x-blank: ", "host: other", "content-length: 0"] {
                #expect(text.contains(line))
            }
            #expect(!text.contains { $0.hasPrefix("expect") })
        }
    }
}
