import Domain
import JSONCodec
import NIOHTTP1
import ServiceKit
import TestSupport
import Testing
import Wire

@testable import API

@Suite("Operations on pull requests")
struct PullOperationTests {
    private static let id = "0123456789abcdefghij"
    private static let path = "/repositories/repo/pulls/\(id)"

    private static func pull(_ state: PullState = .open, closed: Int64? = nil, commit: CommitID? = nil) throws
        -> PullRequest
    {
        PullRequest(
            id: try PullRequestID(id), state: state, title: "t", text: "d", author: "ada",
            source: try BranchName("dev"), destination: try BranchName("main"), created: 1_600_000_000_999,
            closed: closed, mergedCommit: commit)
    }

    @Test("one is opened under an id that is made here, by whoever asks")
    func create() async throws {
        let asked = Recorder<CreatePull.Request>()
        let fixture = Fixture { routes in
            routes.on(GetRepository.self) { _, _, _ in try Samples.repository() }
            routes.on(CreatePull.self) { request, context, _ in
                asked.note(request)
                #expect(context.principal?.userID == "admin")
                return PullRequest(
                    id: request.id, state: .open, title: request.title, text: request.text, author: "admin",
                    source: request.source, destination: request.destination, created: 0)
            }
        }
        let json = #"{"title":"t","source_branch":"dev","destination_branch":"main"}"#
        let answer = try await fixture.send(.POST, "/repositories/repo/pulls", json: json)
        let request = try #require(asked.last)
        #expect(answer.status == 201 && answer.text == #"{"id":"\#(request.id.string)"}"#)
        #expect(request.text.isEmpty && request.source.string == "dev" && request.destination.string == "main")
        let bad = #"{"title":"t","source_branch":"a b","destination_branch":"main"}"#
        #expect(try await fixture.send(.POST, "/repositories/repo/pulls", json: bad).status == 400)
    }

    @Test("one is shown with what came of it")
    func show() async throws {
        let commit = try CommitID(String(repeating: "a", count: 64))
        for (pull, end) in [
            (try Self.pull(), ""), (try Self.pull(.closed, closed: 0), #","closed_date":"1970-01-01T00:00:00Z""#),
            (
                try Self.pull(.merged, closed: 0, commit: commit),
                #","merged_commit_id":"\#(commit.string)","closed_date":"1970-01-01T00:00:00Z""#
            ),
        ] {
            let fixture = Fixture { $0.on(GetPull.self) { _, _, _ in pull } }
            #expect(
                try await fixture.send(.GET, Self.path).text
                    == #"{"id":"\#(Self.id)","status":"\#(pull.state.rawValue)","title":"t","description":"d","author":"ada","creation_date":"2020-09-13T12:26:40Z","source_branch":"dev","destination_branch":"main"\#(end)}"#
            )
        }
        let none = Fixture { routes in
            routes.on(GetRepository.self) { _, _, _ in try Samples.repository() }
            routes.on(GetPull.self) { _, _, _ in throw RPCError(.notFound, "pull request not found") }
        }
        #expect(try await none.send(.GET, Self.path).status == 404)
        #expect(try await none.send(.GET, "/repositories/repo/pulls/0").status == 400)
    }

    @Test("they are listed by their state", arguments: [("open", true), ("closed", false), ("all", nil), (nil, nil)])
    func list(status: String?, isOpen: Bool?) async throws {
        let asked = Recorder<ListPulls.Request>()
        let fixture = Fixture { routes in
            routes.on(ListPulls.self) { request, _, _ in
                asked.note(request)
                return Listed(results: [try Self.pull()], hasMore: true)
            }
        }
        let query = status.map { "?status=\($0)" } ?? ""
        let answer = try await fixture.send(.GET, "/repositories/repo/pulls" + query)
        #expect(answer.status == 200 && answer.text.contains(#""next_offset":"\#(Self.id)""#))
        #expect(asked.last?.isOpen == isOpen)
        #expect(try await fixture.send(.GET, "/repositories/repo/pulls?status=merged").status == 400)
    }

    @Test(
        "one is changed, but not called merged",
        arguments: [
            (#"{"title":"x"}"#, 204, nil), (#"{"status":"open"}"#, 204, true), (#"{"status":"closed"}"#, 204, false),
            (#"{"status":"merged"}"#, 400, nil), (#"{"status":"gone"}"#, 400, nil),
        ] as [(String, Int, Bool?)])
    func update(json: String, status: Int, isOpen: Bool?) async throws {
        let asked = Recorder<UpdatePull.Request>()
        let fixture = Fixture { routes in
            routes.on(UpdatePull.self) { request, _, _ in
                asked.note(request)
                return Nothing()
            }
        }
        #expect(try await fixture.send(.PATCH, Self.path, json: json).status == status)
        #expect(asked.all.count == (status == 204 ? 1 : 0) && asked.last?.isOpen == isOpen)
    }

    @Test("a merge tells the commit, or that there is a conflict")
    func merge() async throws {
        let fixture = Fixture { routes in
            routes.on(GetPull.self) { _, _, _ in try Self.pull() }
            routes.on(MergePull.self) { _, _, _ in throw RPCError(.conflict, "conflict found") }
        }
        let answer = try await fixture.send(.PUT, Self.path + "/merge")
        #expect(answer.status == 409 && answer.text == #"{"reference":""}"#)
        let done = Fixture { routes in
            routes.on(GetPull.self) { _, _, _ in try Self.pull() }
            routes.on(MergePull.self) { _, _, _ in try Samples.commit() }
        }
        let merged = try await done.send(.PUT, Self.path + "/merge")
        #expect(merged.status == 200 && merged.text == #"{"reference":"\#(Samples.commitID)"}"#)
    }
}
