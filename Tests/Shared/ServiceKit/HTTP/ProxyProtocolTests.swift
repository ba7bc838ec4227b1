import NIOCore
import NIOHTTP1
import ServiceKit
import TestSupport
import Testing

@testable import ServiceKit

@Suite("The client's address comes by PROXY v2, from trusted load balancers only", .fewAtATime)
struct ProxyProtocolTests {
    static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

    static func header(_ command: UInt8, _ family: UInt8, _ addresses: [UInt8]) -> [UInt8] {
        signature + [command, family, UInt8(addresses.count >> 8), UInt8(addresses.count & 255)] + addresses
    }

    static let v4 = header(0x21, 0x11, [192, 0, 2, 7, 10, 0, 0, 1, 0x30, 0x39, 0x01, 0xBB])
    static let v6 = header(
        0x21, 0x21,
        [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1]
            + [UInt8](repeating: 0, count: 16) + [0x30, 0x39, 0x01, 0xBB])
    static let withTLV = header(0x21, 0x11, [192, 0, 2, 8, 10, 0, 0, 1, 0x30, 0x39, 0x01, 0xBB, 0x04, 0, 1, 9])
    static let local = header(0x20, 0x00, [])

    static func run(
        from ranges: [String], _ body: (TestHTTPServer) async throws -> Void
    ) async throws {
        try await TestHTTPServer.run { configuration in
            configuration.proxiesFrom = ranges.compactMap { AddressRange($0) }
        } handler: { request, response in
            response.send(.ok, [:], bytes: request.clientAddress.utf8)
        } _: { server in
            try await body(server)
        }
    }

    static let get = Array("GET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8)

    @Test(
        "a header tells the address",
        arguments: [(v4, "192.0.2.7"), (v6, "2001:db8::1"), (withTLV, "192.0.2.8"), (local, "127.0.0.1")])
    func addresses(_ header: [UInt8], _ expected: String) async throws {
        try await Self.run(from: ["10.0.0.0/8", "127.0.0.0/8"]) { server in
            let client = try await RawHTTPClient.open(port: server.port)
            try await client.send(header + Self.get)
            #expect(try await client.response().text == expected)
            try await client.send(Self.get)
            #expect(try await client.response().text == expected)
        }
    }

    @Test("a header may come in pieces")
    func pieces() async throws {
        try await Self.run(from: ["127.0.0.1"]) { server in
            let client = try await RawHTTPClient.open(port: server.port)
            for byte in Self.v4 + Self.get { try await client.send([byte]) }
            #expect(try await client.response().text == "192.0.2.7")
        }
    }

    static let refused: [(String, [UInt8])] = [
        ("no header", get),
        ("version 1", Array("PROXY TCP4 192.0.2.7 10.0.0.1 12345 443\r\n".utf8) + get),
        ("another version", header(0x31, 0x11, [UInt8](repeating: 0, count: 12)) + get),
        ("another command", header(0x22, 0x11, [UInt8](repeating: 0, count: 12)) + get),
        ("another family", header(0x21, 0x12, [UInt8](repeating: 0, count: 12)) + get),
        ("addresses cut short", header(0x21, 0x11, [192, 0, 2, 7]) + get),
        ("a wrong signature", [0x0D, 0x0A, 0x0D, 0x0B] + get),
        ("too long", Array(signature) + [0x21, 0x11, 0xFF, 0xFF] + get),
    ]

    @Test("a trusted peer without a proper header is cut off without an answer", arguments: refused)
    func refuses(_ test: (String, [UInt8])) async throws {
        try await Self.run(from: ["127.0.0.1"]) { server in
            let client = try await RawHTTPClient.open(port: server.port)
            try await client.send(test.1)
            #expect(try await client.isClosed())
        }
    }

    @Test("anybody else is cut off, header or not", arguments: [v4 + get, get])
    func untrusted(_ bytes: [UInt8]) async throws {
        try await Self.run(from: ["10.0.0.0/8"]) { server in
            let client = try await RawHTTPClient.open(port: server.port)
            _ = try await client.connection.sendSome(bytes)
            #expect(try await client.isClosed())
        }
    }

    @Test("a listener that expects no header takes one for nonsense")
    func unconfigured() async throws {
        try await Self.run(from: []) { server in
            let client = try await RawHTTPClient.open(port: server.port)
            try await client.send(Self.v4 + Self.get)
            #expect(try await client.response().status == 400)
        }
    }

    static let ranges: [(String, String, Bool)] = [
        ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.1.2.3", "10.1.2.3", true),
        ("10.1.2.3", "10.1.2.4", false), ("0.0.0.0/0", "255.1.1.1", true), ("172.16.0.0/12", "172.31.9.9", true),
        ("172.16.0.0/12", "172.32.0.0", false), ("192.168.1.128/25", "192.168.1.127", false),
        ("fd00::/8", "fdff::1", true), ("fd00::/8", "fe80::1", false), ("10.0.0.0/8", "::ffff:10.0.0.1", true),
        ("::/0", "10.0.0.1", false),
    ]

    @Test("blocks of addresses", arguments: ranges)
    func contains(_ test: (String, String, Bool)) throws {
        let range = try #require(AddressRange(test.0))
        #expect(range.contains(try SocketAddress(ipAddress: test.1, port: 1)) == test.2)
    }

    @Test(
        "no block of addresses", arguments: ["", "10.0.0.0/33", "10.0.0/8", "a", "10.0.0.0/", "::/129", "1.2.3.4/-1"])
    func noRange(_ text: String) { #expect(AddressRange(text) == nil) }
}
