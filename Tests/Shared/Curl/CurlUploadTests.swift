import Curl
import NIOCore
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct CurlUploadTests {
    private struct SourceFailed: Error {}

    /// A body of `count` bytes in pieces of `piece`.
    private static func stream(_ count: Int, piece: Int, announced: Int64?) -> CurlBody {
        var position = 0
        return .stream(length: announced) {
            guard position < count else { return nil }
            let end = min(position + piece, count)
            defer { position = end }
            return Pattern.bytes(position..<end)
        }
    }

    private func withEngine(_ body: (CurlEngine, TestServer) async throws -> Void) async throws {
        let engine = try CurlEngine()
        do {
            try await TestServer.with { try await body(engine, $0) }
        } catch {
            await engine.shutDown()
            throw error
        }
        await engine.shutDown()
    }

    @Test(
        "A body arrives whole, however long and however cut into pieces", arguments: [0, 1, 70_000, 3_000_000],
        [1_000, 1 << 20])
    func uploads(count: Int, piece: Int) async throws {
        try await withEngine { engine, server in
            let expected = "PUT \(count) true"
            let bodies: [CurlBody] = [
                .bytes(Pattern.bytes(0..<count)), Self.stream(count, piece: piece, announced: Int64(count)),
                Self.stream(count, piece: piece, announced: nil),
            ]
            for body in bodies {
                let response = try await engine.send(CurlRequest(.put, server.url("/count")), body: body)
                let text = try await response.collect(maxBytes: 1_000)
                #expect(String(decoding: text.readableBytesView, as: UTF8.self) == expected)
            }
        }
    }

    @Test("A body is told its length by no more and no less", arguments: [(10, 11), (11, 10), (0, 1), (1, 0)])
    func refusesWrongLengths(count: Int, announced: Int64) async throws {
        try await withEngine { engine, server in
            let error = await #expect(throws: CurlError.self) {
                try await engine.send(
                    CurlRequest(.put, server.url("/count")), body: Self.stream(count, piece: 4, announced: announced))
            }
            #expect(error?.code == .bodyLength)
        }
    }

    @Test("What the source throws is the cause")
    func passesSourceErrors() async throws {
        try await withEngine { engine, server in
            var calls = 0
            let error = await #expect(throws: CurlError.self) {
                try await engine.send(
                    CurlRequest(.put, server.url("/count")),
                    body: .stream(length: nil) {
                        calls += 1
                        guard calls < 3 else {
                            // Before there is a connection, none would be seen to end.
                            try await server.eventually { $0.opened > 0 }
                            throw SourceFailed()
                        }
                        return ByteBuffer(string: "some")
                    })
            }
            #expect(error?.code == .bodyFailed)
            #expect(error?.cause is SourceFailed)
            try await server.eventually { $0.closed > 0 }
        }
    }

    @Test("A server has the whole of a body only once its source has told the end", arguments: [1, 3])
    func holdsTheLastPieceBack(pieces: Int) async throws {
        try await withEngine { engine, server in
            for isRefused in [true, false] {
                let before = server.wholeBodies
                var calls = 0
                let body = CurlBody.stream(length: Int64(pieces) * 4) {
                    calls += 1
                    if calls <= pieces { return ByteBuffer(string: "abcd") }
                    try await Task.sleep(for: .milliseconds(300))
                    #expect(server.wholeBodies == before)
                    if isRefused { throw SourceFailed() }
                    return nil
                }
                if isRefused {
                    await #expect(throws: CurlError.self) {
                        try await engine.send(CurlRequest(.put, server.url("/count")), body: body)
                    }
                    #expect(server.wholeBodies == before)
                } else {
                    let response = try await engine.send(CurlRequest(.put, server.url("/count")), body: body)
                    _ = try await response.collect(maxBytes: 1_000)
                    #expect(server.wholeBodies == before + 1)
                }
                #expect(calls == pieces + 1)
            }
        }
    }

    @Test("An answer that comes before the end of the body ends the sending")
    func takesEarlyAnswers() async throws {
        try await withEngine { engine, server in
            var sent = 0
            let response = try await engine.send(
                CurlRequest(.put, server.url("/early")),
                body: .stream(length: 1 << 40) {
                    sent += 1
                    return ByteBuffer(repeating: 7, count: 65_536)
                })
            defer { response.cancel() }
            #expect(response.head.status == 403)
            #expect(sent < 10_000)
        }
    }

    @Test("A server that answers early and then falls silent is timed out, though the body is not sent whole")
    func timesOutAfterEarlyAnswers() async throws {
        try await withEngine { engine, server in
            let response = try await engine.send(
                CurlRequest(.put, server.url("/early-stall"), timeouts: CurlTimeouts(idle: 600)),
                body: .stream(length: 1 << 40) { ByteBuffer(repeating: 7, count: 65_536) })
            defer { response.cancel() }
            #expect(response.head.status == 200)
            let error = await #expect(throws: CurlError.self) { try await response.collect(maxBytes: 1 << 20) }
            #expect(error?.code == .timedOut)
        }
    }

    @Test("A slow source is no fault of the server's")
    func waitsForTheSource() async throws {
        try await withEngine { engine, server in
            var calls = 0
            let response = try await engine.send(
                CurlRequest(.put, server.url("/count"), timeouts: CurlTimeouts(idle: 300)),
                body: .stream(length: 8) {
                    calls += 1
                    if calls == 2 { try await Task.sleep(for: .milliseconds(1_200)) }
                    return calls <= 2 ? ByteBuffer(string: "abcd") : nil
                })
            #expect(response.head.status == 200)
            _ = try await response.collect(maxBytes: 1_000)
        }
    }

    @Test("A connection the server closed at rest is replaced, and the body sent again")
    func survivesClosedConnections() async throws {
        try await withEngine { engine, server in
            for _ in 0..<3 {
                let first = try await engine.send(CurlRequest(.get, server.url("/bytes/10")))
                _ = try await first.collect(maxBytes: 10)
                await #expect(throws: CurlError.self) { try await engine.send(CurlRequest(.get, server.url("/close"))) }
                let second = try await engine.send(
                    CurlRequest(.put, server.url("/count")),
                    body: Self.stream(300_000, piece: 65_536, announced: 300_000))
                #expect(second.head.status == 200)
                _ = try await second.collect(maxBytes: 1_000)
            }
        }
    }
}
