import Domain
import JSONCodec
import NIOHTTP1
import ServiceKit
import Testing
import Wire

@testable import API

@Suite("Operations of Tarn's own on branches")
struct RewriteTests {
    private static let merge = "/repositories/repo/refs/dev/merge/main"
    private static let stats =
        #"{"path":"a/b","path_type":"object","physical_address":"local://repo/data/1/2","checksum":"5d41402abc4b2a76b9719d911017c592","size_bytes":5,"mtime":1600000000,"metadata":{"k":"v"},"content_type":"text/plain"}"#

    @Test("conflicts show the versions that there are, and the commits of the merge")
    func conflicts() async throws {
        let asked = Recorder<ListConflicts.Request>()
        let fixture = Fixture { routes in
            routes.on(ListConflicts.self) { request, _, _ in
                asked.note(request)
                return ConflictPage(
                    storageNamespace: try StorageNamespace("local://repo"), base: nil,
                    source: try CommitID(Samples.commitID),
                    destination: try CommitID(String(repeating: "cd", count: 32)),
                    results: [PathConflict(path: "a/b", base: nil, source: Samples.entry(), destination: nil)],
                    hasMore: true)
            }
        }
        let answer = try await fixture.send(.GET, "\(Self.merge)/conflicts?prefix=a&after=a%2Fa&amount=1")
        #expect(
            answer.text
                == #"{"pagination":{"has_more":true,"next_offset":"a/b","results":1,"max_per_page":1000},"source_commit_id":"\#(Samples.commitID)","destination_commit_id":"\#(String(repeating: "cd", count: 32))","results":[{"path":"a/b","source":\#(Self.stats)}]}"#
        )
        #expect(asked.last?.source.description == "dev")
        #expect(asked.last?.destination.description == "main")
        #expect(asked.last?.range == ListRange(prefix: "a", after: "a/a", amount: 1))
    }

    @Test("the ref log tells who moved what, and leaves out what there is not")
    func refLog() async throws {
        let asked = Recorder<ListRefLog.Request>()
        let fixture = Fixture { routes in
            routes.on(ListRefLog.self) { request, _, _ in
                asked.note(request)
                return Listed(
                    results: [
                        RefMove(
                            id: 12, name: "dev", kind: .branch, action: "delete branch",
                            from: try CommitID(Samples.commitID), to: nil, actor: "bob", moved: 1_600_000_000_999)
                    ], hasMore: true)
            }
        }
        let path = "/repositories/repo/ref_log"
        #expect(
            try await fixture.send(.GET, "\(path)?ref=dev&deleted=true&after=17&amount=1").text
                == #"{"pagination":{"has_more":true,"next_offset":"12","results":1,"max_per_page":1000},"results":[{"id":"12","ref":"dev","kind":"branch","action":"delete branch","from":"\#(Samples.commitID)","actor":"bob","date":1600000000}]}"#
        )
        #expect(
            asked.last
                == ListRefLog.Request(
                    repository: try RepositoryName("repo"), reference: "dev", deletionsOnly: true, before: 17, amount: 1
                ))
        #expect(try await fixture.send(.GET, "\(path)?after=").status == 200)
        #expect(asked.last == ListRefLog.Request(repository: try RepositoryName("repo")))
        for wrong in ["after=x", "after=-1", "deleted=1", "ref="] {
            #expect(try await fixture.send(.GET, "\(path)?\(wrong)").status == 400, "\(wrong)")
        }
    }

    @Test("branches and tags come back by the latest deletion, or by one that is named")
    func undelete() async throws {
        let branches = Recorder<UndeleteBranch.Request>()
        let tags = Recorder<UndeleteTag.Request>()
        let fixture = Fixture { routes in
            routes.on(UndeleteBranch.self) { request, _, _ in
                branches.note(request)
                return Branch(name: request.branch, commitID: try CommitID(Samples.commitID))
            }
            routes.on(UndeleteTag.self) { request, _, _ in
                tags.note(request)
                return Tag(name: request.tag, commitID: try CommitID(Samples.commitID))
            }
        }
        let branch = "/repositories/repo/branches/dev/undelete"
        let made = try await fixture.send(.POST, branch)
        #expect(made.status == 201)
        #expect(made.text == #"{"id":"dev","commit_id":"\#(Samples.commitID)"}"#)
        #expect(branches.last?.deletion == nil)
        #expect(try await fixture.send(.POST, branch, json: #"{"deletion":"12"}"#).status == 201)
        #expect(branches.last?.deletion == 12)
        let tag = try await fixture.send(
            .POST, "/repositories/repo/tags/v1.0/undelete", json: #"{"deletion":"9","force":true}"#)
        #expect(tag.text == #"{"id":"v1.0","commit_id":"\#(Samples.commitID)"}"#)
        #expect(tags.last?.deletion == 9 && tags.last?.force == true)
        #expect(try await fixture.send(.POST, branch, json: #"{"deletion":"last"}"#).status == 400)
    }

    @Test("a replay tells what became of each commit")
    func replay() async throws {
        let asked = Recorder<ReplayBranch.Request>()
        let (one, two) = (String(repeating: "1", count: 64), String(repeating: "2", count: 64))
        let fixture = Fixture { routes in
            routes.on(ReplayBranch.self) { request, _, _ in
                asked.note(request)
                return Replay(
                    head: try CommitID(Samples.commitID),
                    commits: [
                        ReplayedCommit(origin: try CommitID(one), commit: nil),
                        ReplayedCommit(origin: try CommitID(two), commit: try CommitID(Samples.commitID)),
                    ])
            }
            routes.on(GetRepository.self) { _, _, _ in try Samples.repository() }
        }
        let path = "/repositories/repo/branches/dev/replay"
        let answer = try await fixture.send(.POST, path, json: #"{"onto":"main~1","strategy":"source-wins"}"#)
        #expect(answer.status == 200)
        #expect(
            answer.text
                == #"{"reference":"\#(Samples.commitID)","commits":[{"origin":"\#(one)"},{"origin":"\#(two)","reference":"\#(Samples.commitID)"}]}"#
        )
        #expect(asked.last?.onto.description == "main~1")
        #expect(asked.last?.strategy == .sourceWins)
        for wrong in ["{}", #"{"onto":""}"#, #"{"onto":"main","strategy":"ours"}"#] {
            #expect(try await fixture.send(.POST, path, json: wrong).status == 400, "\(wrong)")
        }
    }

    @Test("a merge takes resolutions and the head it expects")
    func resolutions() async throws {
        let asked = Recorder<MergeBranch.Request>()
        let fixture = Fixture { routes in
            routes.on(MergeBranch.self) { request, _, _ in
                asked.note(request)
                guard request.ifDestination == nil else {
                    throw RPCError(.preconditionFailed, subject: "branch", "it has moved")
                }
                return try Samples.commit()
            }
            routes.on(GetRepository.self) { _, _, _ in try Samples.repository() }
        }
        let json = #"{"resolutions":[{"path":"a_b","take":"source"},{"path":"c","take":"delete"}]}"#
        #expect(try await fixture.send(.POST, Self.merge, json: json).status == 200)
        #expect(
            asked.last?.resolutions == [
                ConflictResolution(path: "a_b", take: .source), ConflictResolution(path: "c", take: .delete),
            ])
        let moved = try await fixture.send(
            .POST, Self.merge, json: #"{"if_destination":"\#(Samples.commitID)"}"#)
        #expect(moved.status == 412)
        #expect(moved.message == "it has moved")
        for wrong in [
            #"{"resolutions":[{"path":"a","take":"mine"}]}"#, #"{"resolutions":[{"path":"a"}]}"#,
            #"{"if_destination":"main"}"#,
        ] {
            #expect(try await fixture.send(.POST, Self.merge, json: wrong).status == 400, "\(wrong)")
        }
    }
}
