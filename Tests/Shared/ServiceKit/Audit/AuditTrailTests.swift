import JSONCodec
import Logging
import Synchronization
import Testing
import Wire

@testable import ServiceKit

@Suite("The trail to the audit log")
struct AuditTrailTests {
    /// Auth as far as the log goes: away where it is told to be.
    private final class Log: Sendable {
        let batches = Mutex<[[AuditRecord]]>([])
        let isAway = Mutex(false)

        var records: [String] { batches.withLock { $0.flatMap { $0.map(\.requestID) } } }

        func trail(_ level: AuditTrail.Level = .control, lost: Counter = Counter()) -> AuditTrail {
            let double = RPCDouble(as: .api) { routes in
                routes.on(AppendAudit.self) { request, _, _ in
                    if self.isAway.withLock({ $0 }) { throw RPCError(.unavailable, "away") }
                    self.batches.withLock { $0.append(request.records) }
                    return .init()
                }
            }
            return AuditTrail(
                auth: double, level: level, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, lost: lost)
        }
    }

    private static func record(_ name: String) -> AuditRecord {
        AuditRecord(
            at: 1, requestID: name, phase: .whole, plane: .control, service: "api", operation: "getBranch")
    }

    @Test("what is waited for is written when it returns, with what lay before it")
    func waited() async throws {
        let log = Log()
        let trail = log.trail()
        trail.note(Self.record("noted"))
        try await trail.write(Self.record("written"))
        #expect(log.records == ["noted", "written"])
    }

    @Test("what nobody waits for is written soon, many records at once")
    func noted() async throws {
        let log = Log()
        let trail = log.trail()
        for number in 0..<100 { trail.note(Self.record("\(number)")) }
        let end = ContinuousClock.now + .seconds(20)
        while log.records.count < 100, .now < end { try await Task.sleep(for: .milliseconds(20)) }
        #expect(log.records == (0..<100).map(String.init))
        #expect(log.batches.withLock { $0.count } == 1)
    }

    @Test("where auth is away, who waits is told, and the rest is written later")
    func away() async throws {
        let log = Log()
        let trail = log.trail()
        log.isAway.withLock { $0 = true }
        trail.note(Self.record("noted"))
        await #expect(throws: RPCError.self) { try await trail.write(Self.record("waited")) }
        log.isAway.withLock { $0 = false }
        await trail.finish(deadline: .now + .seconds(20))
        #expect(log.records == ["noted"])
    }

    @Test("no more than stated lies in memory; what is given up is counted")
    func bounded() async throws {
        let (log, lost) = (Log(), Counter())
        let trail = log.trail(lost: lost)
        log.isAway.withLock { $0 = true }
        for number in 0..<(AuditTrail.maxWaiting + 2_000) { trail.note(Self.record("\(number)")) }
        log.isAway.withLock { $0 = false }
        await trail.finish(deadline: .now + .seconds(60))
        #expect(lost.value > 0)
        #expect(log.records.count + lost.value == AuditTrail.maxWaiting + 2_000)
    }

    @Test("all of many that write at once are written, in fewer calls")
    func together() async throws {
        let log = Log()
        let trail = log.trail()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<500 {
                group.addTask { try await trail.write(Self.record("\(number)")) }
            }
            try await group.waitForAll()
        }
        #expect(Set(log.records) == Set((0..<500).map(String.init)))
        #expect(log.records.count == 500)
    }

    @Test(
        "each level has what those before it have",
        arguments: [
            (AuditTrail.Level.changes, [true, false, false, false]), (.control, [true, true, false, false]),
            (.writes, [true, true, true, false]), (.all, [true, true, true, true]),
        ])
    func levels(level: AuditTrail.Level, expected: [Bool]) {
        let trail = Log().trail(level)
        let covered = [
            trail.covers(.control, isChange: true), trail.covers(.control, isChange: false),
            trail.covers(.data, isChange: true), trail.covers(.data, isChange: false),
        ]
        #expect(covered == expected)
    }
}
