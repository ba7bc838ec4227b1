import NIOCore
import ServiceKit
import Synchronization
import TestSupport
import Testing
import Wire

@Suite("Every address of a peer is used, and one that fails is done without", .fewAtATime)
struct RPCFailoverTests {
    /// A peer that answers with its name.
    static func peer(_ name: String, _ count: Gate = Gate()) async throws -> TestRPC {
        try await TestRPC.start { routes in
            routes.on(Echo.self) { _, _, _ in
                await count.passOpen()
                return Echo.Response(text: name)
            }
            routes.on(Bulk.self) { _, _, _ in Echo.Response(text: name) }
        }
    }

    /// Names by how often they answered.
    static func answers(_ client: RPCClient, _ calls: Int) async throws -> [String: Int] {
        try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<calls {
                group.addTask {
                    number % 2 == 0
                        ? try await client.call(Echo.self, .init(text: ""), .test()).text
                        : try await client.call(Bulk.self, .init(text: ""), .test()).text
                }
            }
            return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
    }

    /// Calls until `name` answers.
    static func until(_ name: String, _ client: RPCClient) async throws {
        while try await client.call(Bulk.self, .init(text: ""), .test()).text != name {
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    @Test("two addresses share the calls")
    func two() async throws {
        let (a, b) = (try await Self.peer("a"), try await Self.peer("b"))
        let client = TestRPC.client(of: .index, at: [a.address, b.address])
        try await Self.until("a", client)
        try await Self.until("b", client)
        let answers = try await Self.answers(client, 200)
        #expect(answers.keys.sorted() == ["a", "b"])
        #expect(answers.values.reduce(0, +) == 200)
        #expect((answers.values.min() ?? 0) > 20, "\(answers)")
        await client.shutdown(drain: .zero)
        await a.stop()
        await b.stop()
    }

    @Test("an address that goes away costs no call")
    func goesAway() async throws {
        let (a, b) = (try await Self.peer("a"), try await Self.peer("b"))
        let client = TestRPC.client(of: .index, at: [a.address, b.address])
        try await Self.until("a", client)
        try await Self.until("b", client)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { for _ in 0..<5 { _ = try await Self.answers(client, 20) } }
            }
            await a.stop()
            try await group.waitForAll()
        }
        #expect(try await Self.answers(client, 100) == ["b": 100])
        await client.shutdown(drain: .zero)
        await b.stop()
    }

    @Test("a peer that restarts is found again, and calls wait for it a while")
    func restarts() async throws {
        let first = try await Self.peer("first")
        let port = first.http.port
        let client = TestRPC.client(of: .index, at: [first.address]) { $0.patience = .seconds(20) }
        try await Self.until("first", client)
        await first.stop()
        async let waiting = client.call(Bulk.self, .init(text: ""), .test())
        await client.waiting(1)
        var routes = RPCRoutes()
        routes.on(Bulk.self) { _, _, _ in Echo.Response(text: "second") }
        let rpc = RPCServer(routes, callers: TestRPC.callers, logger: .silent)
        let second = try await TestHTTPServer.start(rpc) { $0.address = ListenAddress(host: "127.0.0.1", port: port) }
        #expect(try await waiting.text == "second")
        await client.shutdown(drain: .zero)
        await second.server.shutdown(drain: .zero)
    }

    @Test("new addresses are found, and old ones left")
    func resolvedAnew() async throws {
        let (a, b) = (try await Self.peer("a"), try await Self.peer("b"))
        let addresses = Mutex([a.address])
        let client = TestRPC.client(of: .index, at: []) { configuration in
            configuration.resolveInterval = .milliseconds(5)
            configuration.resolve = { _ in addresses.withLock { $0 } }
        }
        try await Self.until("a", client)
        addresses.withLock { $0 = [b.address] }
        try await Self.until("b", client)
        await a.stop()
        #expect(try await Self.answers(client, 50) == ["b": 50])
        await client.shutdown(drain: .zero)
        await b.stop()
    }

    @Test("an address that accepts and never answers does not look like the least loaded")
    func hung() async throws {
        let (serving, calling) = (EventLoops(count: 1), EventLoops(count: 1))
        let handler = HTTPClosureHandler { _, _ in try? await Task.sleep(for: .seconds(600)) }
        let hung = try await TestHTTPServer.start(handler, loops: serving)
        let good = try await TestRPC.start(loops: serving) { routes in
            routes.on(Bulk.self) { _, _, _ in Echo.Response(text: "good") }
        }
        let client = TestRPC.client(of: .index, at: [hung.server.address, good.address], loops: calling)
        var late = 0
        for _ in 0..<20 {
            do throws(RPCError) {
                _ = try await client.call(Bulk.self, .init(text: ""), .test(seconds: 2))
            } catch {
                #expect(error.code == .deadlineExceeded)
                late += 1
            }
        }
        #expect(late < 5)
        await client.shutdown(drain: .zero)
        await good.stop()
        await hung.server.shutdown(drain: .zero)
    }

    @Test("names stand for all their addresses")
    func resolver() throws {
        let literal = try #require(PeerResolver.resolve(ListenAddress(host: "127.0.0.9", port: 7)))
        #expect(literal == [try SocketAddress(ipAddress: "127.0.0.9", port: 7)])
        let named = try #require(PeerResolver.resolve(ListenAddress(host: "localhost", port: 7)))
        #expect(named.contains(try SocketAddress(ipAddress: "127.0.0.1", port: 7)))
        #expect(PeerResolver.resolve(ListenAddress(host: "no-such-name.invalid", port: 7)) == nil)
    }

    @Test("calls from many threads and loops all end")
    func many() async throws {
        let peers = [try await Self.peer("a"), try await Self.peer("b")]
        let client = TestRPC.client(of: .index, at: peers.map(\.address))
        let total = try await withThrowingTaskGroup(of: Int.self) { group in
            for executor in TestLoops.shared.executors {
                group.addTask(executorPreference: executor) {
                    try await Self.answers(client, 200).values.reduce(0, +)
                }
            }
            group.addTask { try await Self.answers(client, 200).values.reduce(0, +) }
            return try await group.reduce(0, +)
        }
        #expect(total == 600)
        #expect(await client.callCount == 0)
        await client.shutdown(drain: .zero)
        for peer in peers { await peer.stop() }
    }
}
