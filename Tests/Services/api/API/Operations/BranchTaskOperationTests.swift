import Domain
import JSONCodec
import NIOHTTP1
import ServiceKit
import Synchronization
import TestSupport
import Testing
import Wire

@testable import API

@Suite("Operations on commits and merges as jobs")
struct BranchTaskOperationTests {
    private static let commitPath = "/repositories/repo/branches/main/commits"
    private static let mergePath = "/repositories/repo/refs/dev/merge/main"

    private static func outcome(_ outcome: BranchTaskOutcome) throws -> TaskState {
        TaskState(
            id: "12", isDone: true, changed: 0, error: outcome.refusal?.message,
            result: String(decoding: try outcome.jsonBytes(), as: UTF8.self))
    }

    @Test("they are begun with all that the same call at once would take")
    func begun() async throws {
        let commits = Recorder<SubmitCommit.Request>()
        let merges = Recorder<SubmitMerge.Request>()
        let fixture = Fixture { routes in
            routes.on(SubmitCommit.self) { request, context, _ in
                #expect(context.principal?.userID == "admin")
                commits.note(request)
                return TaskTicket(id: "12")
            }
            routes.on(SubmitMerge.self) { request, _, _ in
                merges.note(request)
                return TaskTicket(id: "34")
            }
        }
        let commit = try await fixture.send(
            .POST, Self.commitPath + "/async?source_metarange=ab",
            json: #"{"message":"m","metadata":{"k":"v"},"date":7,"allow_empty":true,"force":true}"#)
        #expect(commit.status == 202 && commit.text == #"{"id":"12"}"#)
        let asked = try #require(commits.last?.commit)
        #expect(asked.message == "m" && asked.metadata == ["k": "v"] && asked.date == 7 && asked.allowsEmpty)
        #expect(asked.force && asked.sourceMetaRange == "ab" && asked.branch.string == "main")
        let merge = try await fixture.send(
            .POST, Self.mergePath + "/async", json: #"{"strategy":"dest-wins","squash_merge":true}"#)
        #expect(merge.status == 202 && merge.text == #"{"id":"34"}"#)
        #expect(merges.last?.merge.strategy == .destinationWins && merges.last?.merge.squashes == true)
        #expect(try await fixture.send(.POST, Self.mergePath + "/async").status == 202)
        #expect(try await fixture.send(.POST, Self.commitPath + "/async", json: "{}").status == 400)
    }

    @Test("they tell what came of them, or what the same call at once would have been answered")
    func status() async throws {
        let state = Mutex(TaskState(id: "12", isDone: false, changed: 1_600_000_000_999))
        let asked = Recorder<GetTask.Request>()
        let fixture = Fixture { routes in
            routes.on(GetTask.self) { request, _, _ in
                asked.note(request)
                return state.withLock { $0 }
            }
        }
        func told(_ path: String, _ new: TaskState? = nil) async throws -> String {
            if let new { state.withLock { $0 = new } }
            let answer = try await fixture.send(.GET, path + "/status?id=12")
            #expect(answer.status == 200)
            return answer.text
        }
        let begun = #"{"task_id":"12","completed":false,"update_time":"2020-09-13T12:26:40Z"}"#
        #expect(try await told(Self.commitPath) == begun)
        #expect(asked.last?.kind == .commitBranch && asked.last?.id == "12")
        #expect(try await told(Self.mergePath) == begun)
        #expect(asked.last?.kind == .mergeBranch)
        let start = #"{"task_id":"12","completed":true,"update_time":"1970-01-01T00:00:00Z","#
        let done = try Self.outcome(BranchTaskOutcome(try Samples.commit()))
        #expect(try await told(Self.mergePath, done) == start + #""result":{"reference":"\#(Samples.commitID)"}}"#)
        #expect(try await told(Self.commitPath).hasPrefix(start + #""result":{"id":"\#(Samples.commitID)""#))
        for (error, status) in [
            (RPCError(.conflict, "conflict found"), 409), (RPCError(.noChanges, "no changes"), 400),
            (RPCError(.notFound, subject: "branch", "branch not found"), 404),
        ] {
            #expect(
                try await told(Self.mergePath, try Self.outcome(BranchTaskOutcome(error)))
                    == start + #""error":{"message":"\#(error.message)"},"status_code":\#(status)}"#)
        }
        #expect(
            try await told(Self.commitPath, TaskState(id: "12", isDone: true, changed: 0, error: "given up"))
                == start + #""error":{"message":"given up"},"status_code":500}"#)
        #expect(try await fixture.send(.GET, Self.commitPath + "/status").status == 400)
    }
}
