import Database
import Logging
import TestSupport
import Testing

/// The jobs of an index as its database has them, and their time, which tests move.
struct IndexClock: Sendable {
    /// The one job of the one repository.
    struct JobRow: Sendable {
        let fencing: Int64
        let isLeased: Bool
        let isDue: Bool
        let error: String?
    }

    struct Late: Error, CustomStringConvertible {
        let description: String
    }

    private let database: Database

    init(_ address: String) throws {
        database = try Database(
            try DatabaseConfiguration(address), logger: Logger(label: "clock") { _ in SwiftLogNoOpLogHandler() })
    }

    func close() async { await database.shutdown(deadline: .now + .seconds(1)) }

    // MARK: The job

    func job() async throws -> JobRow {
        let row = try #require(try await database.read(Self.selectJob, deadline: .now + .seconds(20)).first)
        return JobRow(
            fencing: try row.int64(0), isLeased: try row.bool(1), isDue: try row.bool(2), error: try row.optionalText(3)
        )
    }

    func makeDue() async throws { try await change(Self.due) }

    /// The lease of whoever holds the job ends now.
    func endLease() async throws { try await change(Self.expire) }

    /// Makes the job due and waits until it was done: by a worker that is there already, so within seconds.
    func runJob(seconds: Int = 30) async throws {
        let before = try await job().fencing
        try await makeDue()
        try await untilDone(after: before, seconds: seconds)
    }

    /// Waits until a run that began after lease number `fencing` has ended.
    func untilDone(after fencing: Int64, seconds: Int = 30) async throws {
        try await until("the job is done", seconds: seconds) { $0.fencing > fencing && !$0.isLeased && !$0.isDue }
    }

    func untilLeased(after fencing: Int64) async throws {
        try await until("the job is leased", seconds: 30) { $0.fencing > fencing && $0.isLeased }
    }

    private func until(_ what: String, seconds: Int, _ isReached: (JobRow) -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            if isReached(try await job()) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Late(description: "after \(seconds) s it is not so that \(what): \(try await job())")
    }

    // MARK: Marks

    func marks() async throws -> [String] {
        try await database.read(Self.selectMarks, deadline: .now + .seconds(20)).map { try $0.text(0) }
    }

    /// What is marked was marked two hours earlier.
    func ageMarks() async throws { try await change(Self.age) }

    /// Holds up whoever would mark an address or forget one while `body` runs.
    func holdingMarks(_ body: () async throws -> Void) async throws {
        try await database.transaction(deadline: .now + .seconds(60)) { transaction in
            _ = try await transaction.run(Self.lockMarks)
            try await body()
        }
    }

    /// Waits until somebody wants to mark an address and cannot.
    func untilMarkingWaits() async throws {
        for _ in 0..<400 {
            if !(try await database.read(Self.selectWaiting, deadline: .now + .seconds(20))).isEmpty { return }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw Late(description: "nobody marks an address")
    }

    private func change(_ statement: Statement) async throws {
        _ = try await database.exclusive(statement, deadline: .now + .seconds(20))
    }

    private static let selectJob = Statement.read(
        "SELECT fencing, coalesce(ends > clock_timestamp(), false), due <= clock_timestamp(), error FROM index.job")
    private static let due = Statement.write("UPDATE index.job SET due = now()")
    private static let expire = Statement.write("UPDATE index.job SET ends = now() WHERE ends > now()")
    private static let selectMarks = Statement.read("SELECT address FROM index.marked_address ORDER BY address")
    private static let age = Statement.write("UPDATE index.marked_address SET marked = marked - interval '2 hours'")
    private static let lockMarks = Statement.write("LOCK TABLE index.marked_address IN SHARE MODE")
    private static let selectWaiting = Statement.read(
        """
        SELECT 1 FROM pg_locks
        WHERE NOT granted AND relation = 'index.marked_address'::regclass AND mode = 'RowExclusiveLock'
        """)
}
