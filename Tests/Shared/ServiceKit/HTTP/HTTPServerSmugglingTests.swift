import NIOHTTP1
import ServiceKit
import Synchronization
import TestSupport
import Testing

@Suite("A listener refuses what could be read in two ways", .fewAtATime)
struct HTTPServerSmugglingTests {
    /// Answers 200 and remembers what it was asked.
    final class Recorder: HTTPHandler {
        let targets = Mutex<[String]>([])

        func handle(_ request: HTTPServerRequest, _ response: HTTPResponder) async {
            targets.withLock { $0.append(request.target) }
            do {
                let body = try await request.body.collect(maxBytes: 1 << 20)
                response.send(.ok, [:], body)
            } catch {
                response.send(.badRequest, ["Connection": "close"], bytes: "bad body".utf8)
            }
        }
    }

    @Test("one refusal, then nothing more is looked at", arguments: SmugglingTable.refused)
    func refuses(_ test: SmugglingCase) async throws {
        let recorder = Recorder()
        try await TestHTTPServer.run(recorder) { server in
            let client = try await RawHTTPClient.open(port: server.port)
            try await client.send(test.withSmuggledRequest)
            let response = try await client.response()
            #expect(test.statuses.contains(response.status), "\(response.status) \(response.text)")
            #expect(try await client.isClosed())
        }
        #expect(!recorder.targets.withLock { $0.contains(SmugglingCase.smuggledPath) })
    }

    @Test("what is well-formed is answered, and the next request too", arguments: SmugglingTable.accepted)
    func accepts(_ test: SmugglingCase) async throws {
        let recorder = Recorder()
        try await TestHTTPServer.run(recorder) { server in
            let client = try await RawHTTPClient.open(port: server.port)
            try await client.send(test.withSmuggledRequest)
            #expect(try await client.response().status == 200)
            #expect(try await client.response().status == 200)
        }
        #expect(recorder.targets.withLock { $0 }.last == SmugglingCase.smuggledPath)
    }

    @Test("the service gives the form of refusals")
    func errorBody() async throws {
        try await TestHTTPServer.run(Recorder()) { configuration in
            configuration.errorBody = { rejection, requestID in
                HTTPErrorBody(contentType: "application/xml", bytes: Array("<E>\(rejection.status.code)</E>".utf8))
            }
        } _: { server in
            let response = try await RawHTTPClient.exchange(
                port: server.port, "GET /\u{E9} HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(response.status == 400)
            #expect(response.header("content-type") == "application/xml")
            #expect(response.header("connection") == "close")
            #expect(response.text == "<E>400</E>")
        }
    }
}
