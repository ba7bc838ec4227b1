import NIOCore
import Seeded
import ServiceKit
import Signatures
import TestSupport
import Testing

@testable import Gateway

@Suite("Whatever comes over a connection is answered or cut off", .timeLimit(.minutes(10)), .fewAtATime)
struct FrontFuzzTests {
    private static let pieces = [
        "\r\n", "\r\n\r\n", "\n", " ", ":", "%", "%2F", "%FF", "?", "&", "=", "Content-Length: 5\r\n",
        "Expect: 100-continue\r\n",
        "Transfer-Encoding: chunked\r\n", "x-amz-copy-source: /data/main/a\r\n", "Range: bytes=0-\r\n", "HTTP/1.0",
        "DELETE", "POST", "?uploads", "?delete", "?acl", "x-amz-content-sha256: UNSIGNED-PAYLOAD\r\n", "é", "\u{0}",
        "x-amz-checksum-crc32: AAAAAA==\r\n", "If-Match: *\r\n", "/../", "//", "0\r\n\r\n", "chunk-signature=",
    ]

    @Test("changed requests are refused without an internal error, and stage nothing", arguments: Fuzz.seeds)
    func requests(_ seed: UInt64) async throws {
        print("seed \(seed)")
        try await TestGateway.run(configure: { configuration in
            configuration.timeouts.bodyProgress = .milliseconds(100)
            configuration.timeouts.head = .milliseconds(100)
            configuration.timeouts.idle = .milliseconds(500)
        }) { gateway in
            try gateway.index.make("data", tags: ["v1"])
            gateway.index.put("data", "main", "a")
            var random = SeededGenerator(seed: seed)
            let client = gateway.client
            let body = Array("some content of an object".utf8)
            var statuses: [Int: Int] = [:]
            for round in 0..<(60 * Fuzz.factor) {
                let request =
                    switch round % 6 {
                    case 0: try client.request("GET", "/data?list-type=2&prefix=main%2F&delimiter=%2F&max-keys=5")
                    case 1: try client.request("PUT", "/data/main/fresh", [("x-amz-meta-k", "v")], body: body)
                    case 2:
                        try client.request(
                            "PUT", "/data/main/fresh", body: body, payload: .chunked(.streamingSigned, chunkBytes: 9))
                    case 3:
                        try client.request(
                            "POST", "/data?delete",
                            body: Array("<Delete><Object><Key>v1/b</Key></Object></Delete>".utf8))
                    case 4:
                        S3TestClient.bytes(
                            "GET", try client.presign("GET", "/data/v1/none", seconds: 60), [client.hostField], [])
                    default: try client.request("HEAD", "/data/main/none")
                    }
                var changed = random.mutated(request, Self.pieces)
                // Nobody waits for more than came.
                if random.below(3) > 0 { changed += Array("\r\n\r\n".utf8) }
                let connection = try await RawHTTPClient.open(port: gateway.port)
                _ = try await connection.connection.sendSome(changed)
                guard let answer = try? await connection.response() else { continue }
                statuses[answer.status, default: 0] += 1
                #expect(
                    answer.status < 500 || [501, 505].contains(answer.status),
                    "seed \(seed): \(String(decoding: changed, as: UTF8.self))")
            }
            #expect(statuses.count > 1, "\(statuses)")
            #expect(try await client.get("/data?location").status == 200)
        }
    }
}
