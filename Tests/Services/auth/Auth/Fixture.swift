import Cryptography
import Database
import Logging
import Synchronization
import TestSupport
import Wire

@testable import Auth

/// A clock that tests move.
final class ManualTime: Sendable {
    private let seconds: Mutex<Int64>
    private let start = ContinuousClock.now
    private let origin: Int64

    /// 2026-03-14T15:09:26Z unless told otherwise.
    init(_ unixSeconds: Int64 = 1_773_500_966) {
        seconds = Mutex(unixSeconds)
        origin = unixSeconds
    }

    var unixSeconds: Int64 { seconds.withLock { $0 } }

    func advance(_ span: Int64) { seconds.withLock { $0 += span } }

    var source: TimeSource {
        TimeSource(
            unixSeconds: { self.unixSeconds }, instant: { self.start + .seconds(self.unixSeconds - self.origin) })
    }
}

/// Everything that was logged.
final class LogRecord: Sendable {
    private let lines = Mutex<[String]>([])

    var text: String { lines.withLock { $0.joined(separator: "\n") } }

    func logger() -> Logger { Logger(label: "test") { _ in Handler(record: self) } }

    private struct Handler: LogHandler {
        let record: LogRecord
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            record.lines.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
        }
    }
}

/// An authority on a store in memory, and what it is made of.
struct Fixture: Sendable {
    static let token = "the-one-time-token"
    static let masterKey = [UInt8](repeating: 7, count: 32)
    /// For passwords of tests.
    static let cheap = Scrypt.Cost(rounds: 16, blocks: 1, lanes: 1)

    let time = ManualTime()
    let log = LogRecord()
    let store: MemoryAuthStore
    let authority: Authority
    let audit = AuditLog.forTests()

    init(
        token: String? = Fixture.token, regions: [String] = ["us-east-1"], misses: MissLimits = MissLimits()
    ) throws {
        let time = time
        store = MemoryAuthStore { time.unixSeconds }
        var rules = AuthRules()
        rules.setupToken = token
        rules.regions = regions
        rules.misses = misses
        rules.passwordCost = Self.cheap
        authority = try Authority(
            store: store, keys: KeyRing(current: Self.masterKey), rules: rules, time: time.source, logger: log.logger())
    }

    static func context(_ address: String? = "192.0.2.1") -> CallContext {
        CallContext(
            principal: nil, traceParent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            deadline: .now + .seconds(30), clientAddress: address)
    }

    /// An authority whose set-up was done.
    static func ready(regions: [String] = ["us-east-1"], misses: MissLimits = MissLimits()) async throws -> (
        Fixture, AccessKey
    ) {
        let fixture = try Fixture(regions: regions, misses: misses)
        let key = try await fixture.authority.setUp(
            SetUp.Request(setupToken: token, userID: "admin"), Fixture.context())
        return (fixture, key)
    }
}

extension AuditLog {
    static func forTests(_ store: any AuditStore = MemoryAuditStore()) -> AuditLog {
        AuditLog(store: store, keptDays: nil, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }
}

/// A migrated schema of its own on a real Postgres.
struct PostgresFixture: Sendable {
    let address: String
    let schema: String

    init() async throws {
        (address, schema) = try await PostgresCluster.shared().freshSchema()
        let database = try open()
        _ = try await AuthSchema.migrator(schema: schema).migrate(database, deadline: .now + .seconds(60))
        await database.shutdown(deadline: .now + .seconds(5))
    }

    func open() throws -> Database {
        var configuration = try DatabaseConfiguration(address)
        configuration.schema = schema
        return try Database(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }
}

func expectCode(_ code: RPCError.Code, _ body: () async throws -> Void) async -> RPCError? {
    do {
        try await body()
    } catch let error as RPCError where error.code == code {
        return error
    } catch {
        return nil
    }
    return nil
}
