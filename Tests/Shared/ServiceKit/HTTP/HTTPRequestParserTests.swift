import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@testable import ServiceKit

@Suite("A request is read in one way or refused")
struct HTTPRequestParserTests {
    struct Request: Hashable {
        var method: String
        var target: String
        var headers: [[String]]
        var body: [UInt8]
    }

    /// Reads every request in `bytes`, given piece by piece.
    static func read(_ bytes: [UInt8], pieces: Int, limits: HTTPParserLimits = .init()) throws -> [Request] {
        var parser = HTTPRequestParser(limits: limits)
        var buffer = ByteBuffer()
        var requests: [Request] = []
        var current: Request?
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            buffer.writeBytes(bytes[start..<min(start + pieces, bytes.count)])
            while true {
                if var request = current {
                    guard let part = try parser.nextBodyPart(from: &buffer) else { break }
                    switch part {
                    case .data(let data):
                        request.body += Array(data.readableBytesView)
                        current = request
                    case .end:
                        requests.append(request)
                        current = nil
                        parser.reset()
                    }
                } else {
                    guard let head = try parser.nextHead(from: &buffer) else { break }
                    current = Request(
                        method: head.method.rawValue, target: head.target,
                        headers: head.headers.map { [$0.name, $0.value] }, body: [])
                }
            }
        }
        return requests
    }

    @Test("refused, whole and byte by byte", arguments: SmugglingTable.refused, [1, 7, 1 << 20])
    func refuses(_ test: SmugglingCase, pieces: Int) throws {
        let error = #expect(throws: HTTPRejection.self) { try Self.read(test.withSmuggledRequest, pieces: pieces) }
        #expect(test.statuses.contains(Int(error?.status.code ?? 0)), "\(String(describing: error))")
    }

    @Test("accepted, whole and byte by byte", arguments: SmugglingTable.accepted, [1, 7, 1 << 20])
    func accepts(_ test: SmugglingCase, pieces: Int) throws {
        let requests = try Self.read(test.withSmuggledRequest, pieces: pieces)
        #expect(requests.count == 2)
        #expect(requests.last?.target == SmugglingCase.smuggledPath)
    }

    @Test("chunks are joined, and trailers left out", arguments: [1, 2, 3, 5, 1000])
    func chunks(pieces: Int) throws {
        let text =
            "PUT /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "5\r\nhello\r\n6\r\n world\r\n0\r\nX: y\r\n\r\n"
        let requests = try Self.read(Array(text.utf8), pieces: pieces)
        #expect(requests.map { String(decoding: $0.body, as: UTF8.self) } == ["hello world"])
    }

    @Test("the target is kept as it came")
    func target() throws {
        let target = "/a//b/%2F%2f+..;x/./~?x=%00&y&&z=1?2"
        let text = "GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n"
        #expect(try Self.read(Array(text.utf8), pieces: 9).first?.target == target)
    }

    static let tooLarge: [(String, String, Int)] = [
        ("a long target", "GET /\(String(repeating: "a", count: 300)) HTTP/1.1\r\nHost: h\r\n\r\n", 414),
        ("a long target without an end", "GET /\(String(repeating: "a", count: 300))", 414),
        ("a long header", "GET / HTTP/1.1\r\nHost: h\r\nX: \(String(repeating: "a", count: 600))\r\n\r\n", 431),
        ("a long header without an end", "GET / HTTP/1.1\r\nHost: h\r\nX: \(String(repeating: "a", count: 600))", 431),
        ("many headers", "GET / HTTP/1.1\r\nHost: h\r\n\(String(repeating: "X: a\r\n", count: 10))\r\n", 431),
        (
            "many trailers",
            "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
                + "\(String(repeating: "X: a\r\n", count: 11))\r\n", 431
        ),
        (
            "long trailers without an end",
            "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: \(String(repeating: "a", count: 600))",
            431
        ),
    ]

    @Test("what is too large is refused before it is whole", arguments: tooLarge, [1, 1 << 20])
    func limits(_ test: (String, String, Int), pieces: Int) throws {
        var limits = HTTPParserLimits()
        limits.maxRequestLineBytes = 256
        limits.maxHeadBytes = 512
        limits.maxHeaderCount = 10
        let error = #expect(throws: HTTPRejection.self) {
            try Self.read(Array(test.1.utf8), pieces: pieces, limits: limits)
        }
        #expect(Int(error?.status.code ?? 0) == test.2)
    }
}
