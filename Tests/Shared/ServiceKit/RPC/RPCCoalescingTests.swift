import NIOCore
import ServiceKit
import Synchronization
import TestSupport
import Testing
import Wire

@Suite("Small calls made while others are on their way go out together", .fewAtATime)
struct RPCCoalescingTests {
    /// Counts the bodies that a server gets.
    final class Bodies: HTTPObserver {
        let count = Mutex(0)
        func ended(_ record: HTTPRequestRecord) { count.withLock { $0 += 1 } }
    }

    /// One loop, so that all calls share one queue.
    static let loops = EventLoops(count: 1)

    static func run(
        _ bodies: Bodies = Bodies(), maxHold: TimeAmount = .hours(1),
        _ build: (inout RPCRoutes) -> Void, _ body: (RPCClient) async throws -> Void
    ) async throws {
        let server = try await TestRPC.start {
            $0.observer = bodies
        } _: {
            build(&$0)
        }
        let client = TestRPC.client(of: .index, at: [server.address], loops: loops) { configuration in
            configuration.maxInFlightBodies = 1
            configuration.maxHold = maxHold
        }
        do {
            try await body(client)
        } catch {
            Issue.record(error)
        }
        await client.shutdown(drain: .seconds(1))
        await server.stop()
    }

    @Test("what waits for a body on its way goes out as one", arguments: [1, 10, 256])
    func together(count: Int) async throws {
        let bodies = Bodies()
        let gate = Gate()
        try await Self.run(bodies) { routes in
            routes.on(Echo.self) { request, _, _ in
                if request.text == "first" { await gate.pass() }
                return Echo.Response(text: request.text)
            }
        } _: { client in
            async let first = client.call(Echo.self, .init(text: "first"), .test())
            await gate.arrived()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<count {
                    group.addTask {
                        let answer = try await client.call(Echo.self, .init(text: "\(number)"), .test())
                        #expect(answer.text == "\(number)")
                    }
                }
                await client.waiting(1 + count)
                gate.open()
                try await group.waitForAll()
            }
            #expect(try await first.text == "first")
        }
        #expect(bodies.count.withLock { $0 } == 2)
    }

    @Test("not more than 256 calls, nor 256 KiB, go out together", arguments: [(300, 10, 3), (20, 30_000, 4)])
    func limits(_ test: (calls: Int, bytes: Int, bodies: Int)) async throws {
        let bodies = Bodies()
        let gate = Gate()
        try await Self.run(bodies) { routes in
            routes.on(Echo.self) { request, _, _ in
                if request.text == "first" { await gate.pass() }
                return Echo.Response(text: "")
            }
        } _: { client in
            async let first = client.call(Echo.self, .init(text: "first"), .test())
            await gate.arrived()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<test.calls {
                    group.addTask {
                        let text = String(repeating: "x", count: test.bytes)
                        _ = try await client.call(Echo.self, .init(text: text), .test())
                    }
                }
                await client.waiting(1 + test.calls)
                gate.open()
                try await group.waitForAll()
            }
            _ = try await first
        }
        #expect(bodies.count.withLock { $0 } == test.bodies)
    }

    @Test("each member has its own answer, error, principal and deadline, as soon as it is there")
    func members() async throws {
        let (gate, slow) = (Gate(), Gate())
        try await Self.run { routes in
            routes.on(Echo.self) { request, context, _ in
                switch request.text {
                case "first": await gate.pass()
                case "slow": await slow.pass()
                case "bad": throw RPCError(.notFound, subject: "object", "no")
                case "late": try await Task.sleep(for: .seconds(600))
                default: break
                }
                return Echo.Response(text: context.principal?.userID ?? "nobody")
            }
        } _: { client in
            async let first = client.call(Echo.self, .init(text: "first"), .test())
            await gate.arrived()
            func call(_ text: String, seconds: Double = 30) async -> Result<String, RPCError> {
                let context = CallContext.test(seconds: seconds, principal: Principal(userID: "user of \(text)"))
                do throws(RPCError) {
                    return .success(try await client.call(Echo.self, .init(text: text), context).text)
                } catch {
                    return .failure(error)
                }
            }
            async let held = call("slow")
            async let bad = call("bad")
            async let late = call("late", seconds: 2)
            async let good = call("good")
            // The late one may have ended already.
            await client.waiting(4)
            gate.open()
            // The slow member is in the same body and has not answered.
            #expect(await good == .success("user of good"))
            #expect(await bad == .failure(RPCError(.notFound, subject: "object", "no")))
            if case .failure(let error) = await late {
                #expect(error.code == .deadlineExceeded)
            } else {
                Issue.record()
            }
            slow.open()
            #expect(await held == .success("user of slow"))
            _ = try await first
        }
    }

    @Test("slow members of earlier bodies do not hold later calls")
    func stragglers() async throws {
        let slow = Gate()
        try await Self.run(maxHold: .milliseconds(2)) { routes in
            routes.on(Echo.self) { request, _, _ in
                if request.text == "slow" { await slow.pass() }
                return Echo.Response(text: request.text)
            }
        } _: { client in
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<10 {
                    group.addTask { try await client.call(Echo.self, .init(text: "slow"), .test()).text }
                    let quick = try await client.call(Echo.self, .init(text: "quick"), .test())
                    #expect(quick.text == "quick")
                }
                slow.open()
                try await group.waitForAll()
            }
        }
    }

    @Test("large calls go alone and hold no small ones")
    func largeCalls() async throws {
        let bodies = Bodies()
        let gate = Gate()
        try await Self.run(bodies) { routes in
            routes.on(Bulk.self) { request, _, _ in
                await gate.pass()
                return Echo.Response(text: request.text)
            }
            routes.on(Echo.self) { request, _, _ in Echo.Response(text: request.text) }
        } _: { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<10 {
                    group.addTask {
                        let answer = try await client.call(Bulk.self, .init(text: "\(number)"), .test())
                        #expect(answer.text == "\(number)")
                    }
                }
                await gate.arrived(10)
                #expect(try await client.call(Echo.self, .init(text: "small"), .test()).text == "small")
                gate.open()
                try await group.waitForAll()
            }
        }
        #expect(bodies.count.withLock { $0 } == 11)
    }

    @Test("a member that is cancelled leaves the others alone")
    func cancelled() async throws {
        let (gate, slow) = (Gate(), Gate())
        try await Self.run { routes in
            routes.on(Echo.self) { request, _, _ in
                if request.text == "first" { await gate.pass() }
                if request.text == "slow" { await slow.pass() }
                return Echo.Response(text: request.text)
            }
        } _: { client in
            async let first = client.call(Echo.self, .init(text: "first"), .test())
            await gate.arrived()
            let doomed = Task { try await client.call(Echo.self, .init(text: "slow"), .test()) }
            async let other = client.call(Echo.self, .init(text: "other"), .test())
            await client.waiting(3)
            gate.open()
            #expect(try await other.text == "other")
            await slow.arrived()
            doomed.cancel()
            let error = await #expect(throws: RPCError.self) { try await doomed.value }
            #expect(error?.code == .unavailable)
            slow.open()
            _ = try await first
            #expect(try await client.call(Echo.self, .init(text: "after"), .test()).text == "after")
        }
    }
}
