import NIOCore
import ServiceKit
import TestSupport
import Testing

@testable import Gateway

@Suite("What is too much is answered SlowDown, in S3's form", .fewAtATime)
struct LimitTests {
    private static func isSlowDown(_ answer: RawResponse) -> Bool {
        answer.status == 503 && answer.code == "SlowDown" && answer.header("content-type") == "application/xml"
            && answer.header("retry-after") == "1" && answer.header("x-amz-request-id") == answer.element("RequestId")
    }

    @Test("connections")
    func connections() async throws {
        try await TestGateway.run(configure: { $0.limits.maxConnections = 1 }) { gateway in
            try gateway.index.make("data")
            let first = try await RawHTTPClient.open(port: gateway.port)
            try await first.send(try gateway.client.request("GET", "/data?location"))
            #expect(try await first.response().status == 200)
            #expect(try await Self.isSlowDown(gateway.client.get("/data?location")))
            try await first.send(try gateway.client.request("GET", "/data?location"))
            #expect(try await first.response().status == 200)
        }
    }

    @Test("requests at once")
    func requests() async throws {
        try await TestGateway.run(configure: { $0.limits.maxConcurrentRequests = 1 }) { gateway in
            try gateway.index.make("data")
            let (first, rest) = try await Self.begin(gateway)
            #expect(try await Self.isSlowDown(gateway.client.get("/data?location")))
            try await first.send(rest)
            #expect(try await first.response().status == 200)
            #expect(try await gateway.client.get("/data?location").status == 200)
        }
    }

    /// Begins a put on a connection of its own, and waits until the gateway takes its body.
    private static func begin(_ gateway: TestGateway, _ body: [UInt8] = [1, 2, 3]) async throws -> (
        RawHTTPClient, [UInt8]
    ) {
        let request = try gateway.client.request("PUT", "/data/main/a", [("Expect", "100-continue")], body: body)
        let client = try await RawHTTPClient.open(port: gateway.port)
        try await client.send(Array(request.dropLast(body.count)))
        #expect(try await client.response().status == 100)
        return (client, body)
    }

    @Test("bodies at once; what has none goes on")
    func bodies() async throws {
        var limits = GatewayLimits()
        limits.maxBodies = 1
        try await TestGateway.run(limits: limits) { gateway in
            try gateway.index.make("data")
            let (first, rest) = try await Self.begin(gateway)
            #expect(try await Self.isSlowDown(gateway.client.put("/data/main/b", [1])))
            #expect(try await gateway.client.get("/data?location").status == 200)
            try await first.send(rest)
            #expect(try await first.response().status == 200)
            #expect(try await gateway.client.put("/data/main/b", [1]).status == 200)
            // One that broke off no longer counts.
            let (broken, _) = try await Self.begin(gateway)
            broken.connection.reset()
            var statuses: [Int] = []
            while statuses.last != 200, statuses.count < 200 {
                statuses.append(try await gateway.client.put("/data/main/b", [1]).status)
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(statuses.last == 200)
        }
    }

    @Test("documents in memory")
    func documents() async throws {
        var limits = GatewayLimits()
        limits.maxDocumentBytes = 100
        try await TestGateway.run(limits: limits) { gateway in
            try gateway.index.make("data")
            let short = "<Delete><Object><Key>main/a</Key></Object></Delete>"
            let long = short + String(repeating: " ", count: 100)
            #expect(try await gateway.client.send("POST", "/data?delete", body: Array(short.utf8)).status == 200)
            #expect(try await Self.isSlowDown(gateway.client.send("POST", "/data?delete", body: Array(long.utf8))))
            #expect(try await gateway.client.send("POST", "/data?delete", body: Array(short.utf8)).status == 200)
        }
    }

    @Test("header bytes are refused as S3 does")
    func headers() async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.client.sendUnsigned(
                "GET", "/data", [("X-Long", String(repeating: "x", count: 33_000))])
            #expect(answer.status == 431)
            #expect(answer.code == "RequestHeaderSectionTooLarge")
            let many = (0..<101).map { ("X-\($0)", "y") }
            #expect(try await gateway.client.sendUnsigned("GET", "/data", many).code == "RequestHeaderSectionTooLarge")
        }
    }

    @Test("a body that stands still is RequestTimeout, and leaves nothing")
    func slowBody() async throws {
        let quick = { (configuration: inout HTTPServerConfiguration) in
            configuration.timeouts.bodyProgress = .milliseconds(200)
        }
        try await TestGateway.run(configure: quick) { gateway in
            try gateway.index.make("data")
            let (client, _) = try await Self.begin(gateway)
            let answer = try await client.response()
            #expect(answer.status == 400)
            #expect(answer.code == "RequestTimeout")
            #expect(gateway.index.isEmpty)
            #expect(gateway.files.isEmpty)
            let (large, _) = try await Self.begin(gateway, [UInt8](repeating: 1, count: 2_000_000))
            #expect(try await large.response().code == "RequestTimeout")
            try await eventually { gateway.files.isEmpty }
        }
    }

    @Test("a head that does not come in time is RequestTimeout")
    func slowHead() async throws {
        try await TestGateway.run(configure: { $0.timeouts.head = .milliseconds(200) }) { gateway in
            let client = try await RawHTTPClient.open(port: gateway.port)
            try await client.send("GET /data HTTP/1.1\r\nHost:")
            let answer = try await client.response()
            #expect(answer.code == "RequestTimeout")
        }
    }

    @Test("an idle connection is closed without a word")
    func idle() async throws {
        try await TestGateway.run(configure: { $0.timeouts.idle = .milliseconds(200) }) { gateway in
            let idle = try await RawHTTPClient.open(port: gateway.port)
            #expect(try await idle.isClosed())
        }
    }

    @Test("a client that takes nothing of an object is cut off")
    func slowReader() async throws {
        let quick = { (configuration: inout HTTPServerConfiguration) in
            configuration.timeouts.responseProgress = .milliseconds(300)
        }
        try await TestGateway.run(configure: quick) { gateway in
            try gateway.index.make("data")
            let body = [UInt8](repeating: 7, count: 16_000_000)
            #expect(try await gateway.client.send("PUT", "/data/main/a", body: body, payload: .unsigned).status == 200)
            let slow = try await RawHTTPClient.open(port: gateway.port, receiveBufferBytes: 4_096)
            try await slow.send(try gateway.client.request("GET", "/data/main/a"))
            try await Task.sleep(for: .milliseconds(1_500))
            let received = (try? await slow.rest()) ?? []
            #expect(received.count < body.count)
            #expect(try await gateway.client.send("HEAD", "/data/main/a").status == 200)
        }
    }
}
