import Database
import Logging
import Testing
import Wire

@testable import Auth

@Suite("The audit log's store")
struct AuditStoreTests {
    enum Kind: Sendable, CaseIterable {
        case memory, postgres

        func make() async throws -> any AuditStore {
            switch self {
            case .memory: MemoryAuditStore()
            case .postgres: PostgresAuditStore(try await PostgresFixture().open())
            }
        }
    }

    private static let today: Int64 = 20_000
    private static let noon = today * AuditLog.microsecondsPerDay + AuditLog.microsecondsPerDay / 2
    private var deadline: ContinuousClock.Instant { .now + .seconds(30) }

    private static func record(
        _ at: Int64, _ phase: AuditRecord.Phase = .whole, request: String = "r", operation: String = "getBranch",
        user: String? = "ada", repository: String? = "lake", status: Int? = 200
    ) -> AuditRecord {
        var record = AuditRecord(
            at: noon + at, requestID: request, phase: phase, plane: .control, service: "api", operation: operation,
            clientAddress: "192.0.2.1", userAgent: "test/1", repository: repository, target: "/repositories/lake")
        (record.userID, record.accessKeyID, record.status) = (user, "key", status)
        record.microseconds = 12
        return record
    }

    private func all(_ store: any AuditStore, _ change: (inout AuditFilter) -> Void = { _ in }) async throws
        -> [AuditRecord]
    {
        var filter = AuditFilter()
        change(&filter)
        return try await store.records(filter, before: nil, limit: 1_000, deadline: deadline).map(\.record)
    }

    @Test("gives back what it was given, the newest first, page by page", arguments: Kind.allCases)
    func pages(kind: Kind) async throws {
        let store = try await kind.make()
        try await store.tend(today: Self.today, keptDays: nil, deadline: deadline)
        // Two of the same microsecond, and one of the day before.
        let records = [-AuditLog.microsecondsPerDay, 1, 5, 5, 9].map { Self.record($0) }
        try await store.append(records, deadline: deadline)
        var (found, before): ([AuditRecord], AuditCursor?) = ([], nil)
        while true {
            let page = try await store.records(AuditFilter(), before: before, limit: 2, deadline: deadline)
            guard let last = page.last else { break }
            found += page.map(\.record)
            before = AuditCursor(at: last.record.at, number: last.number)
        }
        #expect(found == records.reversed())
    }

    @Test("a call that was begun shows how it ended, or that this is not known", arguments: Kind.allCases)
    func phases(kind: Kind) async throws {
        let store = try await kind.make()
        try await store.append(
            [
                Self.record(1, .begun, request: "a", status: nil), Self.record(2, .begun, request: "b", status: nil),
                Self.record(1, .ended, request: "a", status: 409),
            ], deadline: deadline)
        let found = try await all(store)
        #expect(found.map(\.requestID) == ["b", "a"])
        #expect(found.map(\.status) == [nil, 409])
        #expect(try await all(store) { $0.result = .unknown }.map(\.requestID) == ["b"])
        #expect(try await all(store) { $0.result = .failed }.map(\.requestID) == ["a"])
    }

    @Test("filters by each of its columns", arguments: Kind.allCases)
    func filters(kind: Kind) async throws {
        let store = try await kind.make()
        var data = Self.record(4, request: "data")
        (data.plane, data.clientAddress) = (.data, "198.51.100.7")
        try await store.append(
            [
                Self.record(1, request: "first"), Self.record(2, request: "user", user: "*"),
                Self.record(3, request: "repository", repository: nil), data,
                Self.record(5, request: "operation", operation: "deleteBranch", status: 401),
                Self.record(6, request: "failed", status: 500),
            ], deadline: deadline)
        func names(_ change: (inout AuditFilter) -> Void) async throws -> [String] {
            try await all(store, change).map(\.requestID)
        }
        #expect(try await names { $0.userID = "*" } == ["user"])
        #expect(try await names { $0.operation = "deleteBranch" } == ["operation"])
        #expect(try await names { $0.result = .refused } == ["operation"])
        #expect(try await names { $0.result = .failed } == ["failed"])
        #expect(try await names { $0.plane = .data } == ["data"])
        #expect(try await names { $0.clientAddress = "198.51.100.7" } == ["data"])
        #expect(
            try await names { ($0.userID, $0.repository) = ("ada", "lake") } == [
                "failed", "operation", "data", "first",
            ])
        #expect(try await names { ($0.from, $0.to) = (Self.noon + 2, Self.noon + 4) } == ["repository", "user"])
        #expect(try await names { $0.repository = "none" } == [])
    }

    @Test("days that are over are dropped, others stay", arguments: Kind.allCases)
    func retention(kind: Kind) async throws {
        let store = try await kind.make()
        for day in 0..<4 {
            try await store.tend(today: Self.today + Int64(day), keptDays: nil, deadline: deadline)
            try await store.append(
                [Self.record(Int64(day) * AuditLog.microsecondsPerDay, request: "\(day)")], deadline: deadline)
        }
        try await store.tend(today: Self.today + 3, keptDays: 2, deadline: deadline)
        #expect(try await all(store).map(\.requestID) == ["3", "2", "1"])
    }

    @Test("what no database keeps and what is too long is cut down", arguments: Kind.allCases)
    func hostile(kind: Kind) async throws {
        let store = try await kind.make()
        var record = Self.record(1)
        record.message = "a\0b"
        record.target = AuditRecord.cut(String(repeating: "é", count: AuditRecord.maxTextBytes))
        try await store.append([record], deadline: deadline)
        let found = try #require(try await all(store).first)
        #expect(found.target?.utf8.count == AuditRecord.maxTextBytes)
        if kind == .postgres { #expect(found.message == "a\u{FFFD}b") }
    }

    @Test("In Postgres, rows are neither changed nor taken away, and what no day is prepared for is kept all the same")
    func onlyGrows() async throws {
        let database = try await PostgresFixture().open()
        let store = PostgresAuditStore(database)
        try await store.append([Self.record(1)], deadline: deadline)
        for statement in [
            Statement.write("UPDATE audit SET user_id = 'mallory'"), Statement.write("DELETE FROM audit"),
            Statement.write("TRUNCATE audit"),
        ] {
            await #expect(throws: DatabaseError.self) {
                _ = try await database.exclusive(statement, [], deadline: deadline)
            }
        }
        #expect(try await all(store).map(\.userID) == ["ada"])
        // The row lies outside of the days, of which its own cannot be prepared any more.
        try await store.tend(today: Self.today, keptDays: nil, deadline: deadline)
        try await store.append([Self.record(2)], deadline: deadline)
        #expect(try await all(store).count == 2)
    }

    @Test("Two that tend at once do not fall over each other")
    func together() async throws {
        let fixture = try await PostgresFixture()
        let stores = try (0..<4).map { _ in PostgresAuditStore(try fixture.open()) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for store in stores {
                group.addTask {
                    for day in 0..<5 {
                        try await store.tend(today: Self.today + Int64(day), keptDays: 1, deadline: .now + .seconds(30))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("A log takes a thousand records at once and no more, and tells whether there are more than a page")
    func limits() async throws {
        let log = AuditLog.forTests()
        let records = (0..<1_001).map { Self.record(Int64($0)) }
        let error = await expectCode(.invalidArgument) {
            _ = try await log.append(AppendAudit.Request(records: records), Fixture.context())
        }
        #expect(error != nil)
        _ = try await log.append(AppendAudit.Request(records: Array(records.dropLast())), Fixture.context())
        func page(_ amount: Int) async throws -> Listed<AuditEntry> {
            try await log.list(
                ListAudit.Request(filter: AuditFilter(), before: nil, amount: amount), Fixture.context())
        }
        #expect(try await page(999).hasMore)
        #expect(try await !page(1_000).hasMore)
    }
}
