import NIOCore
import NIOEmbedded
import NIOHTTP1
import Seeded
import TestSupport
import Testing

@testable import ServiceKit

/// NIO's parser as a second opinion: what this one lets through must mean the same to it.
@Suite("A request that is accepted means the same to another parser", .fewAtATime)
struct HTTPRequestParserRandomTests {
    static let seeds: [UInt64] = [1, 2, 3, UInt64.random(in: 0 ... .max)]

    @Test("random changes of well-formed requests", arguments: seeds)
    func agrees(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        var accepted = 0
        for _ in 0..<(1000 * Fuzz.factor) {
            let bytes = Self.mutated(&random)
            guard let ours = try? HTTPRequestParserTests.read(bytes, pieces: Int.random(in: 1...64, using: &random))
            else { continue }
            // NIO's parser knows a fixed set of methods, this one takes what its handlers may refuse.
            guard ours.allSatisfy({ Self.methods.contains($0.method) }) else { continue }
            accepted += 1
            let theirs = Self.readByNIO(bytes)
            #expect(ours == theirs, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
        }
        #expect(accepted > 100, "the test must not pass by refusing everything")
    }

    private static let methods: Set<String> = ["GET", "PUT", "POST", "DELETE"]

    /// NIO's parser leaves the white space behind a value to its user.
    private static func trimmed(_ value: String) -> String {
        String(value.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }

    private static let templates = [
        "GET /a/b?c=d HTTP/1.1\r\nHost: localhost\r\nX: y\r\n\r\n",
        "PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 12\r\n\r\nhello, world",
        "POST /a HTTP/1.1\r\nhost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3\r\nabc\r\n0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: h\r\ntransfer-encoding:chunked\r\nTrailer: x\r\n\r\n1\r\na\r\n0\r\nX: y\r\n\r\n",
        "DELETE /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\nExpect: 100-continue\r\n\r\n",
    ]

    private static let pieces = [
        "\r", "\n", "\r\n", " ", "\t", ":", ",", "0", "1", "5", "a", "\0", "+", "-", ";", "chunked",
        "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Host: h\r\n", "\r\n\r\n", "HTTP/1.1", "identity",
    ]

    private static func mutated(_ random: inout SeededGenerator) -> [UInt8] {
        var bytes = Array((templates.randomElement(using: &random) ?? "").utf8)
        for _ in 0..<Int.random(in: 0...2, using: &random) {
            let place = place(in: bytes, &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes.insert(contentsOf: (pieces.randomElement(using: &random) ?? "").utf8, at: place)
            case 1 where place < bytes.count: bytes.remove(at: place)
            case 2 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 3 where place < bytes.count: bytes[place] ^= 0x20
            default: break
            }
        }
        return bytes
    }

    /// Anywhere, and more often where lines, names and values begin or end.
    private static func place(in bytes: [UInt8], _ random: inout SeededGenerator) -> Int {
        let start = Int.random(in: 0...bytes.count, using: &random)
        guard Bool.random(using: &random) else { return start }
        let edge = bytes[start...].firstIndex { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: ":") }
        guard let edge else { return start }
        return edge + Int.random(in: 0...1, using: &random)
    }

    /// Every whole request that NIO finds up to its first error.
    private static func readByNIO(_ bytes: [UInt8]) -> [HTTPRequestParserTests.Request] {
        let channel = EmbeddedChannel(handler: ByteToMessageHandler(HTTPRequestDecoder()))
        _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
        var requests: [HTTPRequestParserTests.Request] = []
        var current: HTTPRequestParserTests.Request?
        while let part = try? channel.readInbound(as: HTTPServerRequestPart.self) {
            switch part {
            case .head(let head):
                current = .init(
                    method: head.method.rawValue, target: head.uri,
                    headers: head.headers.map { [$0.name, trimmed($0.value)] }, body: [])
            case .body(let data):
                current?.body += Array(data.readableBytesView)
            case .end:
                if let current { requests.append(current) }
                current = nil
            }
        }
        _ = try? channel.finish()
        return requests
    }
}
