import Cryptography
import ServiceKit
import Synchronization
import Testing
import Wire

@testable import API

@Suite("Keys for presigning")
struct PresigningKeysTests {
    private static func key(_ number: Int64, until: Int64 = 1_000) -> PurposeKey {
        PurposeKey(number: number, key: Hex.encode([UInt8](repeating: UInt8(number), count: 32)), verifiesUntil: until)
    }

    private let context = CallContext(
        principal: nil, traceParent: TraceContext.make().traceParent, deadline: .now + .seconds(30))

    @Test("come from auth, the newest signs, and they are remembered for a moment")
    func remembered() async throws {
        let asked = Mutex(0)
        let keys = PresigningKeys(
            auth: RPCDouble(as: .api) { routes in
                routes.on(GetPurposeKeys.self) { request, _, _ in
                    #expect(request.purpose == .presigning)
                    asked.withLock { $0 += 1 }
                    return PurposeKeys(keys: [Self.key(3), Self.key(2, until: 500)])
                }
            })
        for _ in 0..<20 { #expect(try await keys.current(context).number == 3) }
        #expect(try await keys.key(2, now: 499, context)?.number == 2)
        #expect(asked.withLock { $0 } < 10)
        #expect(try await keys.key(2, now: 500, context) == nil, "over")
        #expect(try await keys.key(4, now: 0, context) == nil)
    }

    @Test("are asked for again where another process signed with a newer one")
    func newer() async throws {
        let known = Mutex([Self.key(1)])
        let keys = PresigningKeys(
            auth: RPCDouble(as: .api) { routes in
                routes.on(GetPurposeKeys.self) { _, _, _ in PurposeKeys(keys: known.withLock { $0 }) }
            })
        #expect(try await keys.current(context).number == 1)
        known.withLock { $0.insert(Self.key(2), at: 0) }
        var found: UInt32?
        for _ in 0..<600 where found == nil {
            found = try await keys.key(2, now: 0, context)?.number
            if found == nil { try await Task.sleep(for: .milliseconds(20)) }
        }
        #expect(found == 2)
    }

    @Test("that auth does not give are no verdict")
    func unavailable() async throws {
        let keys = PresigningKeys(
            auth: RPCDouble(as: .api) { routes in
                routes.on(GetPurposeKeys.self) { _, _, _ in throw RPCError(.unavailable, "away") }
            })
        await #expect(throws: RPCError.self) { try await keys.current(context) }
        await #expect(throws: RPCError.self) { try await keys.key(1, now: 0, context) }
        let none = PresigningKeys(
            auth: RPCDouble(as: .api) { routes in
                routes.on(GetPurposeKeys.self) { _, _, _ in
                    PurposeKeys(keys: [PurposeKey(number: 1, key: "short", verifiesUntil: .max)])
                }
            })
        await #expect(throws: RPCError.self) { try await none.current(context) }
    }
}
