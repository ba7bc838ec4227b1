import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceKit
import TestSupport
import Testing

@Suite("Responses are framed as they should be", .fewAtATime)
struct HTTPServerResponseTests {
    static func get(_ path: String = "/", _ headers: String = "", method: String = "GET") -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n"
    }

    @Test("a whole response has its length and a date")
    func whole() async throws {
        try await TestHTTPServer.run { request, response in
            response.send(.ok, ["X-Target": request.target], bytes: "hello".utf8)
        } _: { server in
            let response = try await RawHTTPClient.get(port: server.port, "/a?b")
            #expect(response.status == 200)
            #expect(response.text == "hello")
            #expect(response.header("content-length") == "5")
            #expect(response.header("x-target") == "/a?b")
            #expect(response.header("date")?.hasSuffix(" GMT") == true)
        }
    }

    @Test("HEAD gets the head of GET and no body", arguments: [false, true])
    func head(isStreamed: Bool) async throws {
        try await TestHTTPServer.run { request, response in
            if isStreamed {
                response.start(.ok, ["Content-Length": "5"])
                try? await response.write(ByteBuffer(string: "hello"))
                response.end()
            } else {
                response.send(.ok, [:], bytes: "hello".utf8)
            }
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port)
            try await client.send(Self.get(method: "HEAD") + Self.get())
            let head = try await client.response(isHead: true)
            #expect(head.header("content-length") == "5")
            #expect(try await client.response().text == "hello")
        }
    }

    @Test("HEAD may announce a length without a body")
    func headWithLength() async throws {
        try await TestHTTPServer.run { _, response in
            response.send(.ok, ["Content-Length": "123456"])
        } _: { server in
            let response = try await RawHTTPClient.exchange(port: server.port, Self.get(method: "HEAD"), isHead: true)
            #expect(response.header("content-length") == "123456")
        }
    }

    @Test("204 and 304 have no body and the connection goes on", arguments: [204, 304])
    func bodiless(status: Int) async throws {
        try await TestHTTPServer.run { _, response in
            response.send(HTTPResponseStatus(statusCode: status), [:], bytes: "not sent".utf8)
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port)
            try await client.send(Self.get() + Self.get())
            #expect(try await client.response().status == status)
            #expect(try await client.response().status == status)
            #expect(client.pending.isEmpty)
        }
    }

    @Test("a stream without a length comes in chunks, with trailers")
    func chunks() async throws {
        try await TestHTTPServer.run { _, response in
            response.start(.ok)
            for part in ["one ", "", "two ", "three"] { try? await response.write(ByteBuffer(string: part)) }
            response.end(["X-Checksum": "abc"])
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port)
            try await client.send(Self.get() + Self.get("/", "Connection: close\r\n"))
            let text = String(decoding: try await client.rest(), as: UTF8.self)
            let body = "4\r\none \r\n4\r\ntwo \r\n5\r\nthree\r\n0\r\nX-Checksum: abc\r\n\r\n"
            #expect(text.components(separatedBy: body).count == 3, "\(text)")
        }
    }

    @Test("an HTTP/1.0 client learns the end of a stream by the close")
    func streamTo10() async throws {
        try await TestHTTPServer.run { _, response in
            response.start(.ok)
            try? await response.write(ByteBuffer(string: "hello"))
            response.end()
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port)
            try await client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let text = String(decoding: try await client.rest(), as: UTF8.self)
            #expect(text.hasSuffix("Connection: close\r\n\r\nhello"))
        }
    }

    @Test(
        "a response that breaks off is never taken for whole", arguments: ["length", "chunks", "returned", "aborted"])
    func brokenOff(how: String) async throws {
        try await TestHTTPServer.run { _, response in
            response.start(.ok, how == "length" ? ["Content-Length": "10"] : [:])
            try? await response.write(ByteBuffer(string: "hello"))
            switch how {
            case "returned": break
            case "aborted": response.abort()
            default: if how == "length" { response.end() } else { response.abort() }
            }
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port)
            try await client.send(Self.get())
            await #expect(throws: (any Error).self) { try await client.response() }
        }
    }

    @Test("more bytes than announced are not sent")
    func tooManyBytes() async throws {
        try await TestHTTPServer.run { _, response in
            response.start(.ok, ["Content-Length": "3"])
            await #expect(throws: HTTPStreamError.self) { try await response.write(ByteBuffer(string: "hello")) }
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port)
            try await client.send(Self.get())
            await #expect(throws: (any Error).self) { try await client.response() }
        }
    }

    static let malformed: [HTTPHeaders] = [
        ["X": "a\r\nSet-Cookie: b"], ["X": "a\nb"], ["X": "a\0b"], ["X\r\nY": "a"], ["": "a"], ["X Y": "a"],
        ["Content-Length": "-1"], ["Content-Length": "7"], ["Transfer-Encoding": "chunked"],
    ]

    @Test("a header that would break the framing is not sent", arguments: malformed)
    func malformedHeader(headers: HTTPHeaders) async throws {
        try await TestHTTPServer.run { _, response in
            response.send(.ok, headers, bytes: "hello".utf8)
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port)
            try await client.send(Self.get())
            #expect(try await client.rest().isEmpty)
        }
    }

    @Test("a handler that does not answer is answered for, and the connection ends")
    func unanswered() async throws {
        try await TestHTTPServer.run { _, _ in
        } _: { server in
            let client = try await RawHTTPClient.open(port: server.port)
            try await client.send(Self.get() + Self.get())
            #expect(try await client.response().status == 500)
            #expect(try await client.isClosed())
        }
    }

    private static func open(_ path: String) -> NIOFileHandle? { try? NIOFileHandle(_deprecatedPath: path) }

    @Test("part of a file is sent as it is", arguments: [false, true])
    func sendFile(isChunked: Bool) async throws {
        let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        try await TestFile.with(content) { path in
            try await TestHTTPServer.run { _, response in
                guard let handle = Self.open(path) else { return }
                defer { try? handle.close() }
                response.start(.ok, isChunked ? [:] : ["Content-Length": "200000"])
                do {
                    try await response.sendFile(handle, offset: 50_000, length: 150_000)
                    try await response.sendFile(handle, offset: 200_000, length: 50_000)
                    response.end()
                } catch {
                    response.abort()
                }
            } _: { server in
                let client = try await RawHTTPClient.open(port: server.port)
                try await client.send(Self.get() + Self.get())
                for _ in 0..<2 { #expect(try await client.response().body == Array(content[50_000..<250_000])) }
            }
        }
    }

    @Test("a response larger than the copied ones arrives whole", arguments: [0, 1, 16_384, 16_385, 5_000_000])
    func sizes(count: Int) async throws {
        try await TestHTTPServer.run { _, response in
            response.send(.ok, [:], ByteBuffer(repeating: 7, count: count))
        } _: { server in
            let response = try await RawHTTPClient.get(port: server.port, "/")
            #expect(response.body == [UInt8](repeating: 7, count: count))
        }
    }

    @Test("calls from other threads take effect in their order")
    func offLoop() async throws {
        try await TestHTTPServer.run { request, response in
            await Task.detached {
                response.start(.ok)
                for number in 0..<100 { try? await response.write(ByteBuffer(string: "\(number),")) }
                response.end()
            }.value
        } _: { server in
            let response = try await RawHTTPClient.get(port: server.port, "/")
            #expect(response.text == (0..<100).map { "\($0)," }.joined())
        }
    }
}
