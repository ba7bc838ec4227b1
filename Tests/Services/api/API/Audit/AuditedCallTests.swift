import Domain
import JSONCodec
import NIOHTTP1
import ServiceKit
import Synchronization
import Testing
import Wire

@testable import API

@Suite("What the audit log is told of a request")
struct AuditedCallTests {
    /// An API whose auth keeps what it is told, and whose index knows one branch.
    private struct Scene {
        let records = Mutexed<[AuditRecord]>([])
        let isAway = Mutexed(false)
        /// What was in the log when the index was asked to change something.
        let known = Mutexed<[AuditRecord]>([])
        let fixture: Fixture

        init(_ level: AuditTrail.Level = .control) {
            let (records, isAway, known) = (records, isAway, known)
            fixture = Fixture(audits: level) { routes in
                routes.on(GetBranch.self) { request, _, _ in
                    Branch(name: request.branch, commitID: try CommitID(Samples.commitID))
                }
                routes.on(DeleteBranch.self) { _, _, _ in
                    known.value.withLock { $0 = records.value.withLock { $0 } }
                    throw RPCError(.forbidden, "cannot delete repository default branch")
                }
                routes.on(GetRepository.self) { _, _, _ in throw RPCError(.notFound, subject: "repository", "none") }
            } auth: { routes in
                Fixture.acceptTheKey(&routes)
                routes.on(AppendAudit.self) { request, _, _ in
                    if isAway.value.withLock({ $0 }) { throw RPCError(.unavailable, "away") }
                    records.value.withLock { $0 += request.records }
                    return .init()
                }
            }
        }

        func told() async -> [AuditRecord] {
            await fixture.services.audit?.finish(deadline: .now + .seconds(20))
            return records.value.withLock { $0 }
        }
    }

    private final class Mutexed<Value: Sendable>: Sendable {
        let value: Mutex<Value>

        init(_ value: Value) { self.value = Mutex(value) }
    }

    @Test("a change is in the log before it is begun, and how it ended afterwards")
    func change() async throws {
        let scene = Scene()
        _ = try await scene.fixture.send(
            .DELETE, "/repositories/repo/branches/main?force=true", headers: ["User-Agent": "test/1"])
        let known = scene.known.value.withLock { $0 }
        #expect(known.map(\.phase) == [.begun])
        let told = await scene.told()
        #expect(told.map(\.phase) == [.begun, .ended])
        let (begun, ended) = (try #require(told.first), try #require(told.last))
        #expect(begun.at == ended.at && begun.requestID == ended.requestID)
        #expect(begun.at / 1_000 == Fixture.now)
        #expect(begun.operation == "deleteBranch" && begun.plane == .control && begun.service == "api")
        #expect(begun.userID == "admin" && begun.accessKeyID == "key" && begun.userAgent == "test/1")
        #expect(begun.repository == "repo" && begun.target == "/repositories/repo/branches/main")
        #expect(ended.status == 403 && ended.message == "cannot delete repository default branch")
    }

    @Test("what cannot be written down is not done")
    func away() async throws {
        let scene = Scene()
        _ = try await scene.fixture.send(.GET, "/repositories/repo/branches/main")
        scene.isAway.value.withLock { $0 = true }
        let answer = try await scene.fixture.send(.DELETE, "/repositories/repo/branches/main")
        #expect(answer.status == 503)
        #expect(scene.known.value.withLock { $0.isEmpty })
        // Reading goes on.
        #expect(try await scene.fixture.send(.GET, "/repositories/repo/branches/main").status == 200)
        scene.isAway.value.withLock { $0 = false }
        let told = await scene.told()
        #expect(told.filter { $0.status == 503 }.count == 1)
        #expect(told.filter { $0.status == 200 }.count == 2)
    }

    @Test("reading and being refused are in the log as well")
    func whole() async throws {
        let scene = Scene()
        _ = try await scene.fixture.send(.GET, "/repositories/repo/branches/main")
        _ = try await scene.fixture.send(.DELETE, "/repositories/repo/branches/main", isAuthorized: false)
        let told = await scene.told()
        #expect(told.map(\.phase) == [.whole, .whole])
        #expect(told.map(\.status) == [200, 401])
        #expect(told.map(\.userID) == ["admin", nil])
        #expect(scene.known.value.withLock { $0.isEmpty })
    }

    @Test("objects are written down where that was asked for", arguments: [AuditTrail.Level.control, .writes, .all])
    func data(level: AuditTrail.Level) async throws {
        let scene = Scene(level)
        _ = try await scene.fixture.send(.GET, "/repositories/repo/refs/main/objects/stat?path=a%2Fb")
        _ = try await scene.fixture.send(.DELETE, "/repositories/repo/branches/main/objects?path=a%2Fb")
        let told = await scene.told()
        let operations = Set(told.map(\.operation))
        switch level {
        case .all: #expect(operations == ["statObject", "deleteObject"])
        case .writes: #expect(operations == ["deleteObject"])
        default: #expect(operations.isEmpty)
        }
        for record in told {
            #expect(record.target?.hasSuffix("objects a/b") ?? false || record.operation == "statObject")
        }
    }
}
