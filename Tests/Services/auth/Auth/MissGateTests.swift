import ServiceKit
import Testing
import Wire

@testable import Auth

@Suite("The gate for misses")
struct MissGateTests {
    private let start = ContinuousClock.now

    private func gate(_ change: (inout MissLimits) -> Void = { _ in }) -> MissGate {
        var limits = MissLimits()
        limits.burst = 3
        limits.forgivenPerSecond = 1
        change(&limits)
        return MissGate(limits)
    }

    private func isRefused(_ gate: MissGate, _ key: String, _ address: String?, at seconds: Int = 0) -> Bool {
        do throws(RPCError) {
            try gate.check(key, address, now: start + .seconds(seconds))
            return false
        } catch {
            return error.code == .resourceExhausted
        }
    }

    @Test("remembers an unknown key for its age and no longer")
    func unknown() {
        let gate = gate()
        #expect(!gate.isUnknown("a", nil, now: start))
        gate.missed("a", nil, isUnknown: true, now: start)
        #expect(gate.isUnknown("a", nil, now: start + .milliseconds(999)))
        #expect(!gate.isUnknown("a", nil, now: start + .seconds(1)))
        #expect(!gate.isUnknown("b", nil, now: start))
        gate.missed("a", nil, isUnknown: true, now: start)
        gate.found("a", now: start)
        #expect(!gate.isUnknown("a", nil, now: start), "a key that was found is not unknown")
        gate.missed("c", nil, isUnknown: false, now: start)
        #expect(!gate.isUnknown("c", nil, now: start), "a wrong secret does not make a key unknown")
    }

    @Test("refuses a client after its burst of misses, and forgives by the second")
    func burst() {
        let gate = gate()
        for index in 0..<3 {
            #expect(!isRefused(gate, "k", "192.0.2.1"))
            gate.missed("k\(index)", "192.0.2.1", isUnknown: true, now: start)
        }
        #expect(isRefused(gate, "k", "192.0.2.1"))
        #expect(!isRefused(gate, "k", "192.0.2.2"))
        #expect(!isRefused(gate, "k", nil))
        #expect(!isRefused(gate, "k", "192.0.2.1", at: 1))
        for _ in 0..<100 { gate.missed("k", "192.0.2.1", isUnknown: true, now: start) }
        #expect(!isRefused(gate, "k", "192.0.2.1", at: 1), "the debt is never more than the burst")
    }

    @Test("lets no more misses through than it forgives, however they are spread")
    func spread() {
        let gate = gate()
        var through = 0
        for step in 0..<1_000 {
            let now = start + .milliseconds(10 * step)
            guard (try? gate.check("k", "192.0.2.1", now: now)) != nil else { continue }
            through += 1
            gate.missed("k", "192.0.2.1", isUnknown: false, now: now)
        }
        #expect((12...13).contains(through), "3 at once, and 1 in each of 10 seconds")
    }

    @Test("counts asking for a key that is remembered as unknown")
    func remembered() {
        let gate = gate()
        gate.missed("a", "192.0.2.1", isUnknown: true, now: start)
        for _ in 0..<2 { _ = gate.isUnknown("a", "192.0.2.1", now: start) }
        #expect(isRefused(gate, "b", "192.0.2.1"))
    }

    @Test("lets keys through that were found lately")
    func known() {
        let gate = gate()
        gate.found("good", now: start)
        for _ in 0..<5 { gate.missed("bad", "192.0.2.1", isUnknown: true, now: start + .seconds(60)) }
        #expect(!isRefused(gate, "good", "192.0.2.1", at: 0))
        for _ in 0..<5 { gate.missed("bad", "192.0.2.1", isUnknown: true, now: start + .seconds(60)) }
        #expect(isRefused(gate, "good", "192.0.2.1", at: 60), "it is a minute since")
    }

    @Test("takes the addresses of one IPv6 network for one client")
    func blocks() {
        #expect(ClientBlock("2001:db8::1") == ClientBlock("2001:db8:0:0:ffff::2"))
        #expect(ClientBlock("2001:db8::1") != ClientBlock("2001:db8:0:1::1"))
        #expect(ClientBlock("192.0.2.1") != ClientBlock("192.0.2.2"))
        #expect(ClientBlock("192.0.2.1") == ClientBlock("192.0.2.1"))
        #expect(ClientBlock(nil) == ClientBlock("nonsense"))
        #expect(ClientBlock(nil) != ClientBlock("0.0.0.0"))
    }

    @Test("holds no more than its capacity")
    func bounded() {
        var map = BoundedMap<Int, Int>(capacity: 100)
        for number in 0..<10_000 {
            map[number] = number
            #expect(map.count <= 100)
            #expect(map[number] == number)
        }
        #expect(map[9_999 - 40] == 9_959, "the younger half is kept")
        #expect(map[0] == nil)
        map[9_999] = nil
        #expect(map[9_999] == nil)
    }
}
