import Cryptography
import JSONCodec
import NIOCore
import NIOHTTP1
import ServiceKit
import Synchronization
import TestSupport
import Testing
import Wire

@Suite("A call crosses with all that belongs to it", .fewAtATime)
struct RPCCallTests {
    struct Peers {
        let client: RPCClient
        let server: TestRPC
    }

    /// Runs `body` with a client of a fresh server.
    static func run(
        as service: ServiceName = .gateway, credential: String = TestRPC.credential,
        _ build: (inout RPCRoutes) -> Void, _ body: (Peers) async throws -> Void
    ) async throws {
        let server = try await TestRPC.start(build)
        let client = TestRPC.client(of: .index, at: [server.address], as: service, credential: credential)
        do {
            try await body(Peers(client: client, server: server))
        } catch {
            Issue.record(error)
        }
        await client.shutdown(drain: .seconds(1))
        await server.stop()
    }

    @Test("message, principal, trace, address and deadline arrive", arguments: [true, false])
    func context(hasPrincipal: Bool) async throws {
        try await Self.run { routes in
            routes.on(Echo.self) { request, context, caller in
                #expect(caller == .gateway)
                #expect(context.principal == (hasPrincipal ? Principal(userID: "u\"1", accessKeyID: "AKIA") : nil))
                #expect(context.clientAddress == (hasPrincipal ? "192.0.2.1" : nil))
                #expect(context.traceParent == "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                let remaining = ContinuousClock.now.duration(to: context.deadline)
                #expect(remaining > .seconds(1000) && remaining <= .seconds(2000))
                return Echo.Response(text: request.text + "!")
            }
        } _: { peers in
            let client = peers.client
            let context = CallContext.test(
                seconds: 2000, principal: hasPrincipal ? Principal(userID: "u\"1", accessKeyID: "AKIA") : nil,
                clientAddress: hasPrincipal ? "192.0.2.1" : nil)
            let answer = try await client.call(Echo.self, .init(text: "line\nbreak \u{1F600} \0"), context)
            #expect(answer.text == "line\nbreak \u{1F600} \0!")
        }
    }

    @Test("every code of error crosses as it is", arguments: RPCError.Code.allCases)
    func errors(code: RPCError.Code) async throws {
        let calls = Mutex(0)
        try await Self.run { routes in
            routes.on(Echo.self) { _, _, _ in
                calls.withLock { $0 += 1 }
                throw RPCError(code, subject: "branch", "a \"reason\"")
            }
        } _: { peers in
            let client = peers.client
            let error = await #expect(throws: RPCError.self) {
                try await client.call(Echo.self, .init(text: ""), .test())
            }
            #expect(error == RPCError(code, subject: "branch", "a \"reason\""))
        }
        // `unavailable` alone is worth another attempt.
        #expect(calls.withLock { $0 } == (code == .unavailable ? 3 : 1))
    }

    struct Secret: Error, CustomStringConvertible { let description = "password=hunter2" }

    @Test("an error of the handler's own crosses as internal, without its detail")
    func otherError() async throws {
        try await Self.run { routes in
            routes.on(Echo.self) { _, _, _ in throw Secret() }
        } _: { peers in
            let client = peers.client
            let error = await #expect(throws: RPCError.self) {
                try await client.call(Echo.self, .init(text: ""), .test())
            }
            #expect(error?.code == .internal)
            #expect(error?.message.contains("hunter2") == false)
        }
    }

    @Test("a method that the peer does not answer is refused")
    func unknownMethod() async throws {
        try await Self.run { _ in
        } _: { peers in
            let client = peers.client
            let error = await #expect(throws: RPCError.self) {
                try await client.call(Echo.self, .init(text: ""), .test())
            }
            #expect(error?.code == .notImplemented)
        }
    }

    @Test("a method of another service is not sent")
    func otherService() async throws {
        try await Self.run { _ in
        } _: { peers in
            let client = peers.client
            let error = await #expect(throws: RPCError.self) {
                try await client.call(Elsewhere.self, .init(), .test())
            }
            #expect(error?.code == .internal)
        }
    }

    @Test("who may call whom is a table")
    func callerTable() async throws {
        try await Self.run(as: .api, credential: TestRPC.credential + "2") { routes in
            routes.on(Echo.self) { request, _, caller in Echo.Response(text: caller.rawValue) }
            routes.on(Append.self) { request, _, _ in Echo.Response(text: request.text) }
        } _: { peers in
            let client = peers.client
            let answer = try await client.call(Echo.self, .init(text: ""), .test())
            #expect(answer.text == "api")
            let error = await #expect(throws: RPCError.self) {
                try await client.call(Append.self, .init(text: ""), .test())
            }
            #expect(error?.code == .permissionDenied)
            #expect(error?.subject == "caller")
        }
    }

    @Test(
        "a call without a right credential is refused and not carried out",
        arguments: [
            (ServiceName.gateway, "wrong"), (.gateway, TestRPC.credential + "2"), (.storage, TestRPC.credential),
            (.gateway, ""),
        ])
    func credentials(_ service: ServiceName, _ credential: String) async throws {
        try await Self.run(as: service, credential: credential) { routes in
            routes.on(Echo.self) { request, _, _ in
                Issue.record("carried out")
                return Echo.Response(text: request.text)
            }
        } _: { peers in
            let client = peers.client
            let error = await #expect(throws: RPCError.self) {
                try await client.call(Echo.self, .init(text: ""), .test())
            }
            #expect(error?.code == .internal)
            #expect(error?.message.contains("401") == true)
        }
    }

    static let rawRequests: [(String, String, Int)] = [
        ("no credential", "POST /rpc HTTP/1.1\r\nHost: h\r\nTarn-Caller: gateway\r\nContent-Length: 0\r\n\r\n", 401),
        (
            "no caller",
            "POST /rpc HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \(TestRPC.credential)\r\nContent-Length: 0\r\n\r\n",
            401
        ),
        ("another path", "POST /other HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", 404),
        ("another method", "GET /rpc HTTP/1.1\r\nHost: h\r\n\r\n", 404),
        (
            "an empty body",
            "POST /rpc HTTP/1.1\r\nHost: h\r\nTarn-Caller: gateway\r\nAuthorization: Bearer \(TestRPC.credential)\r\n"
                + "Content-Length: 0\r\n\r\n", 400
        ),
        (
            "a body that is no frame",
            "POST /rpc HTTP/1.1\r\nHost: h\r\nTarn-Caller: gateway\r\nAuthorization: Bearer \(TestRPC.credential)\r\n"
                + "Content-Length: 5\r\n\r\nhello", 400
        ),
        (
            "a body that is too large",
            "POST /rpc HTTP/1.1\r\nHost: h\r\nTarn-Caller: gateway\r\nAuthorization: Bearer \(TestRPC.credential)\r\n"
                + "Content-Length: 100000000\r\n\r\n", 413
        ),
    ]

    @Test("what is no call is refused", arguments: rawRequests)
    func raw(_ test: (String, String, Int)) async throws {
        try await Self.run { _ in
        } _: { peers in
            let server = peers.server
            let response = try await RawHTTPClient.exchange(port: server.http.port, test.1)
            #expect(response.status == test.2)
        }
    }

    @Test("messages of many sizes cross", arguments: [0, 1, 10_000, 300_000, 2_000_000])
    func sizes(count: Int) async throws {
        try await Self.run { routes in
            routes.on(Bulk.self) { request, _, _ in Echo.Response(text: request.text) }
        } _: { peers in
            let client = peers.client
            let text = String(repeating: "x", count: count)
            let answer = try await client.call(Bulk.self, .init(text: text), .test())
            #expect(answer.text == text)
        }
    }

    @Test("a message beyond the limit is an error on either side")
    func tooLarge() async throws {
        try await Self.run { routes in
            routes.on(Blobs.self) { request, _, _ in Blob(count: RPCLimits.maxMessageBytes) }
        } _: { peers in
            for count in [0, RPCLimits.maxMessageBytes] {
                let error = await #expect(throws: RPCError.self) {
                    try await peers.client.call(Blobs.self, Blob(count: count), .test())
                }
                #expect(error?.code == .resourceExhausted)
                #expect(error?.subject == (count == 0 ? "response" : "request"))
            }
        }
    }

    /// A string of so many letters, made without escaping each.
    struct Blob: JSONMessage {
        var count: Int

        init(count: Int) { self.count = count }

        init(json reader: inout JSONReader) throws(JSONError) { count = try reader.utf8String().count }

        func write(json writer: inout JSONWriter) {
            let quote = [UInt8(ascii: "\"")]
            writer.raw(quote + [UInt8](repeating: UInt8(ascii: "x"), count: count) + quote)
        }
    }

    enum Blobs: RPCMethod {
        typealias Request = Blob
        typealias Response = Blob

        static let name = "index.testBlobs"
        static let service = ServiceName.index
        static let callers: Set<ServiceName> = [.gateway]
        static let isIdempotent = true
        static let isSmall = false
    }

    @Test("a request that is not the method's is refused by name")
    func malformedRequest() async throws {
        struct Other: Codable { var number: Int }
        try await Self.run { routes in
            routes.on(Echo.self) { request, _, _ in Echo.Response(text: request.text) }
        } _: { peers in
            let client = peers.client
            let error = await #expect(throws: RPCError.self) {
                try await client.call(Renamed.self, .init(number: 1), .test())
            }
            #expect(error?.code == .invalidArgument)
            #expect(error?.message.contains("text") == true)
        }
    }

    /// Echo as a caller with another idea of it would declare it.
    enum Renamed: RPCMethod {
        struct Request: JSONMessage, Codable { var number: Int }
        typealias Response = Echo.Response

        static let name = Echo.name
        static let service = ServiceName.index
        static let callers: Set<ServiceName> = [.gateway]
        static let isIdempotent = true
        static let isSmall = true
    }

    @Test("a double answers as the network does")
    func double() async throws {
        let double = RPCDouble(as: .gateway) { routes in
            routes.on(Echo.self) { request, context, caller in
                Echo.Response(text: "\(request.text) \(caller.rawValue) \(context.principal?.userID ?? "")")
            }
            routes.on(Append.self) { _, _, _ in throw RPCError(.conflict, "no") }
        }
        let context = CallContext.test(principal: Principal(userID: "u"))
        #expect(try await double.call(Echo.self, .init(text: "a"), context).text == "a gateway u")
        await #expect(throws: RPCError(.conflict, "no")) {
            try await double.call(Append.self, .init(text: ""), context)
        }
        let error = await #expect(throws: RPCError.self) { try await double.call(Bulk.self, .init(text: ""), context) }
        #expect(error?.code == .notImplemented)
    }

    @Test(
        "a table of callers is read strictly",
        arguments: [
            "gateway", "gateway=", "gateway=ab", "nobody=\(String(repeating: "a", count: 64))",
            "gateway=\(String(repeating: "g", count: 64))",
            ["a", "b", "c"].map { "gateway=\(String(repeating: $0, count: 64))" }.joined(separator: ","),
        ])
    func callers(_ text: String) {
        #expect(throws: RPCCallersError.self) { try RPCCallers(parsing: text) }
    }

    @Test("two credentials of a service are good at a time, of each service its own")
    func rotation() throws {
        func item(_ name: String, _ credential: String) -> String { "\(name)=\(SHA256.hash(credential).hex)" }
        let before = try RPCCallers(parsing: item("gateway", "old"))
        let between = try RPCCallers(
            parsing: [item("gateway", "old"), item("api", "other"), item("gateway", "new")].joined(separator: ","))
        let after = try RPCCallers(parsing: item("gateway", "new"))
        #expect(before.verify("old", of: .gateway) && !before.verify("new", of: .gateway))
        #expect(between.verify("old", of: .gateway) && between.verify("new", of: .gateway))
        #expect(after.verify("new", of: .gateway) && !after.verify("old", of: .gateway))
        for name in [ServiceName.api, .storage, .index] {
            #expect(!between.verify("old", of: name) && !between.verify("new", of: name))
        }
        #expect(between.verify("other", of: .api) && !between.verify("other", of: .gateway))
        #expect(!between.verify("", of: .gateway) && !between.verify("", of: .storage))
    }
}
