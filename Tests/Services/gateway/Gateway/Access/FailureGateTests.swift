import Testing

@testable import Gateway

@Suite("Wrong signatures")
struct FailureGateTests {
    private let start = ContinuousClock.now

    private func isRefused(_ gate: FailureGate, _ key: String, _ address: String?, after: Duration = .zero) -> Bool {
        do throws(S3Error) {
            try gate.check(key, address, now: start + after)
            return false
        } catch { return error.code == .slowDown }
    }

    @Test("of one key are put up with so often from one client, which others do not feel")
    func limit() {
        let gate = FailureGate()
        for _ in 0..<FailureGate.burst {
            #expect(!isRefused(gate, "AKIA1", "192.0.2.1"))
            gate.failed("AKIA1", "192.0.2.1", now: start)
        }
        #expect(isRefused(gate, "AKIA1", "192.0.2.1"))
        #expect(!isRefused(gate, "AKIA2", "192.0.2.1"))
        #expect(!isRefused(gate, "AKIA1", "192.0.2.2"))
        for _ in 0..<FailureGate.burst { gate.failed("AKIA1", "2001:db8::1", now: start) }
        #expect(isRefused(gate, "AKIA1", "2001:db8::ffff:2"), "of one network")
        #expect(!isRefused(gate, "AKIA1", "2001:db8:0:1::1"))
    }

    @Test("are forgiven as time goes by")
    func forgiven() {
        let gate = FailureGate()
        for _ in 0..<(FailureGate.burst * 3) { gate.failed("AKIA1", "192.0.2.1", now: start) }
        #expect(isRefused(gate, "AKIA1", "192.0.2.1", after: .milliseconds(199)))
        #expect(!isRefused(gate, "AKIA1", "192.0.2.1", after: .milliseconds(200)))
        gate.failed("AKIA1", "192.0.2.1", now: start + .milliseconds(200))
        #expect(isRefused(gate, "AKIA1", "192.0.2.1", after: .milliseconds(201)))
        let whole = Duration.seconds(Double(FailureGate.burst) / Double(FailureGate.forgivenPerSecond) + 1)
        for _ in 0..<FailureGate.burst - 1 {
            #expect(!isRefused(gate, "AKIA1", "192.0.2.1", after: whole))
            gate.failed("AKIA1", "192.0.2.1", now: start + whole)
        }
        #expect(!isRefused(gate, "AKIA1", "192.0.2.1", after: whole))
    }

    @Test("of many keys and clients are remembered in bounded memory, the latest at least")
    func bounded() {
        let gate = FailureGate()
        for number in 0..<(3 * FailureGate.capacity) { gate.failed("AKIA\(number)", "192.0.2.1", now: start) }
        for _ in 0..<FailureGate.burst { gate.failed("AKIA1", "192.0.2.1", now: start) }
        for number in 0..<(FailureGate.capacity / 2 - 1) { gate.failed("AKIAX\(number)", "192.0.2.1", now: start) }
        #expect(isRefused(gate, "AKIA1", "192.0.2.1"))
    }
}
