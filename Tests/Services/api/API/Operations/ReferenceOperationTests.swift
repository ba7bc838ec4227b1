import Domain
import JSONCodec
import NIOHTTP1
import ServiceKit
import Testing
import Wire

@testable import API

@Suite("Operations on branches, tags and commits")
struct ReferenceOperationTests {
    private static let commitJSON =
        #"{"id":"\#(Samples.commitID)","parents":["\#(String(repeating: "cd", count: 32))"],"committer":"admin","message":"a \"message\"","creation_date":1600000000,"meta_range_id":"ef","metadata":{"a_b":"c"},"generation":2,"version":1}"#

    @Test("a new branch answers its commit's bare id as plain text")
    func createBranch() async throws {
        let asked = Recorder<CreateBranch.Request>()
        let fixture = Fixture { routes in
            routes.on(CreateBranch.self) { request, _, _ in
                asked.note(request)
                return Branch(name: request.name, commitID: try CommitID(Samples.commitID))
            }
        }
        let answer = try await fixture.send(
            .POST, "/repositories/repo/branches", json: #"{"name":"dev","source":"main~2","hidden":true}"#)
        #expect(answer.status == 201)
        #expect(answer.text == Samples.commitID)
        #expect(answer.header("Content-Type") == "text/plain; charset=utf-8")
        #expect(asked.last?.source.description == "main~2")
        #expect(asked.last?.isHidden == true)
        #expect(asked.last?.force == false)
    }

    @Test("showing, listing and deleting branches")
    func branches() async throws {
        let fixture = Fixture { routes in
            routes.on(GetBranch.self) { request, _, _ in
                Branch(name: request.branch, commitID: try CommitID(Samples.commitID))
            }
            routes.on(ListBranches.self) { request, _, _ in
                #expect(request.showsHidden)
                return Listed(
                    results: [Branch(name: try BranchName("dev"), commitID: try CommitID(Samples.commitID))],
                    hasMore: false)
            }
            routes.on(DeleteBranch.self) { request, _, _ in
                throw RPCError(.forbidden, "cannot delete repository default branch")
            }
        }
        let row = #"{"id":"dev","commit_id":"\#(Samples.commitID)"}"#
        #expect(try await fixture.send(.GET, "/repositories/repo/branches/dev").text == row)
        #expect(
            try await fixture.send(.GET, "/repositories/repo/branches?show_hidden=true").text
                == #"{"pagination":{"has_more":false,"next_offset":"","results":1,"max_per_page":1000},"results":[\#(row)]}"#
        )
        let answer = try await fixture.send(.DELETE, "/repositories/repo/branches/dev")
        #expect(answer.status == 403)
        #expect(answer.message == "cannot delete repository default branch")
    }

    @Test(
        "a reset says what it drops",
        arguments: [
            (#"{"type":"reset"}"#, ResetScope.all), (#"{"type":"reset","path":"x"}"#, .all),
            (#"{"type":"object","path":"a/b"}"#, .object("a/b")),
            (#"{"type":"common_prefix","path":"a/"}"#, .prefix("a/")),
        ] as [(String, ResetScope)])
    func reset(json: String, scope: ResetScope) async throws {
        let asked = Recorder<ResetBranch.Request>()
        let fixture = Fixture { routes in
            routes.on(ResetBranch.self) { request, _, _ in
                asked.note(request)
                return Nothing()
            }
        }
        #expect(try await fixture.send(.PUT, "/repositories/repo/branches/main", json: json).status == 204)
        #expect(asked.last?.scope == scope)
    }

    @Test("a reset of a path needs the path", arguments: [#"{"type":"object"}"#, #"{"type":"common_prefix"}"#])
    func resetWithoutPath(json: String) async throws {
        let answer = try await Fixture().send(.PUT, "/repositories/repo/branches/main", json: json)
        #expect(answer.status == 400)
    }

    @Test("a hard reset names its reference in the query")
    func hardReset() async throws {
        let asked = Recorder<HardResetBranch.Request>()
        let fixture = Fixture { routes in
            routes.on(HardResetBranch.self) { request, _, _ in
                asked.note(request)
                return Nothing()
            }
        }
        let path = "/repositories/repo/branches/main/hard_reset"
        #expect(try await fixture.send(.PUT, path).status == 400)
        #expect(try await fixture.send(.PUT, "\(path)?ref=main%7E1&force=true").status == 204)
        #expect(asked.last?.reference.description == "main~1")
        #expect(asked.last?.force == true)
    }

    @Test("tags")
    func tags() async throws {
        let fixture = Fixture { routes in
            routes.on(CreateTag.self) { request, _, _ in
                guard request.name.string != "old" else { throw RPCError(.alreadyExists, subject: "tag", "") }
                return Tag(name: request.name, commitID: try CommitID(Samples.commitID))
            }
            routes.on(GetTag.self) { request, _, _ in
                Tag(name: request.tag, commitID: try CommitID(Samples.commitID))
            }
            routes.on(DeleteTag.self) { _, _, _ in Nothing() }
            routes.on(GetRepository.self) { _, _, _ in try Samples.repository() }
        }
        let row = #"{"id":"v1.0~x","commit_id":"\#(Samples.commitID)"}"#
        let path = "/repositories/repo/tags"
        let made = try await fixture.send(.POST, path, json: #"{"id":"v1.0~x","ref":"main"}"#)
        #expect(made.status == 201)
        #expect(made.text == row)
        #expect(try await fixture.send(.GET, "\(path)/v1.0%7Ex").text == row)
        #expect(try await fixture.send(.DELETE, "\(path)/v1.0").status == 204)
        let taken = try await fixture.send(.POST, path, json: #"{"id":"old","ref":"main"}"#)
        #expect(taken.status == 409)
        #expect(taken.message == "tag already exists")
        #expect(try await fixture.send(.POST, path, json: #"{"id":"a..b","ref":"main"}"#).status == 400)
    }

    @Test("a commit takes message, metadata, date and switches; its keys stay as they are")
    func commit() async throws {
        let asked = Recorder<CreateCommit.Request>()
        let fixture = Fixture { routes in
            routes.on(CreateCommit.self) { request, _, _ in
                asked.note(request)
                return try Samples.commit()
            }
        }
        let answer = try await fixture.send(
            .POST, "/repositories/repo/branches/main/commits?source_metarange=ef",
            json: #"{"message":"m","metadata":{"a_b":"c","D":"e"},"date":17,"allow_empty":true,"force":true}"#)
        #expect(answer.status == 201)
        #expect(answer.text == Self.commitJSON)
        let request = try #require(asked.last)
        #expect(request.metadata == ["a_b": "c", "D": "e"])
        #expect(request.date == 17)
        #expect(request.allowsEmpty && request.force)
        #expect(request.sourceMetaRange == "ef")
    }

    @Test("a log takes repeated paths, a time and a place to stop")
    func log() async throws {
        let asked = Recorder<LogCommits.Request>()
        let fixture = Fixture { routes in
            routes.on(LogCommits.self) { request, _, _ in
                asked.note(request)
                return Listed(results: [try Samples.commit()], hasMore: true)
            }
        }
        let answer = try await fixture.send(
            .GET,
            "/repositories/repo/refs/main%5E2/commits?objects=a&objects=b%2Fc&prefixes=d%2F&since=1970-01-01T00%3A00%3A09%2B0000&stop_at=v1&first_parent=true&limit=true&after=ab"
        )
        #expect(answer.text.hasPrefix(#"{"pagination":{"has_more":true,"next_offset":"\#(Samples.commitID)""#))
        let request = try #require(asked.last)
        #expect(request.reference.description == "main^2")
        #expect(request.objects == ["a", "b/c"])
        #expect(request.prefixes == ["d/"])
        #expect(request.since == 9)
        #expect(request.stopAt?.description == "v1")
        #expect(request.firstParentOnly && request.isLimited)
        #expect(request.after == "ab")
    }

    @Test("a conflict of a merge is told by an empty reference, a success by the commit")
    func merge() async throws {
        let asked = Recorder<MergeBranch.Request>()
        let fixture = Fixture { routes in
            routes.on(MergeBranch.self) { request, _, _ in
                asked.note(request)
                if request.source.base == "bad" { throw RPCError(.conflict, "2 conflicts") }
                return try Samples.commit()
            }
            routes.on(GetRepository.self) { _, _, _ in try Samples.repository() }
        }
        let path = "/repositories/repo/refs"
        let merged = try await fixture.send(.POST, "\(path)/dev/merge/main")
        #expect(merged.text == #"{"reference":"\#(Samples.commitID)"}"#)
        #expect(asked.last?.message == nil)
        let conflict = try await fixture.send(.POST, "\(path)/bad/merge/main", json: "{}")
        #expect(conflict.status == 409)
        #expect(conflict.text == #"{"reference":""}"#)
        _ = try await fixture.send(
            .POST, "\(path)/dev/merge/main",
            json: #"{"message":"m","strategy":"source-wins","squash_merge":true,"allow_empty":true}"#)
        #expect(asked.last?.strategy == .sourceWins)
        #expect(asked.last?.squashes == true)
        #expect(try await fixture.send(.POST, "\(path)/dev/merge/main", json: #"{"strategy":"ours"}"#).status == 400)
        #expect(try await fixture.send(.POST, "\(path)/dev/merge/main~1").status == 400)
        #expect(asked.last?.resolutions == [])
        #expect(asked.last?.ifDestination == nil)
    }

    @Test("merge base, revert and cherry-pick")
    func others() async throws {
        let reverted = Recorder<RevertCommit.Request>()
        let fixture = Fixture { routes in
            routes.on(FindMergeBase.self) { _, _, _ in
                MergeBase(
                    source: try CommitID(String(repeating: "a", count: 64)),
                    destination: try CommitID(String(repeating: "b", count: 64)),
                    base: try CommitID(String(repeating: "c", count: 64)))
            }
            routes.on(RevertCommit.self) { request, _, _ in
                reverted.note(request)
                return try Samples.commit()
            }
            routes.on(CherryPick.self) { _, _, _ in try Samples.commit() }
        }
        let base = try await fixture.send(.GET, "/repositories/repo/refs/dev/merge/main")
        #expect(base.text.hasPrefix(#"{"source_commit_id":"aaa"#))
        let branch = "/repositories/repo/branches/main"
        let revert = try await fixture.send(
            .POST, "\(branch)/revert",
            json: #"{"ref":"main","parent_number":0,"commit_overrides":{"message":"m","metadata":{"x_y":"z"}}}"#)
        #expect(revert.status == 204)
        #expect(reverted.last?.message == "m")
        #expect(reverted.last?.metadata == ["x_y": "z"])
        #expect(try await fixture.send(.POST, "\(branch)/revert", json: #"{"ref":"main"}"#).status == 400)
        #expect(
            try await fixture.send(.POST, "\(branch)/revert", json: #"{"ref":"main","parent_number":-1}"#).status == 400
        )
        let picked = try await fixture.send(.POST, "\(branch)/cherry-pick", json: #"{"ref":"dev"}"#)
        #expect(picked.status == 201)
        #expect(picked.text == Self.commitJSON)
        #expect(
            try await fixture.send(.POST, "\(branch)/cherry-pick", json: #"{"ref":"dev","parent_number":0}"#).status
                == 400)
    }

    @Test("diffs show both kinds of rows and the right side where asked")
    func diffs() async throws {
        let asked = Recorder<DiffRefs.Request>()
        let fixture = Fixture { routes in
            routes.on(DiffRefs.self) { request, _, _ in
                asked.note(request)
                return Listed(
                    results: [
                        DiffRow(kind: .prefixChanged, path: "a/", isPrefix: true),
                        DiffRow(kind: .added, path: "b", size: 5, right: Samples.entry()),
                    ], hasMore: true)
            }
            routes.on(DiffBranch.self) { _, _, _ in
                Listed(results: [DiffRow(kind: .removed, path: "c", size: 1)], hasMore: false)
            }
        }
        let answer = try await fixture.send(
            .GET, "/repositories/repo/refs/main/diff/dev$?type=two_dot&delimiter=/&include_right_stats=true")
        #expect(
            answer.text
                == #"{"pagination":{"has_more":true,"next_offset":"b","results":2,"max_per_page":1000},"results":[{"type":"prefix_changed","path":"a/","path_type":"common_prefix"},{"type":"added","path":"b","path_type":"object","size_bytes":5,"right":{"checksum":"5d41402abc4b2a76b9719d911017c592","mtime":1600000000,"content_type":"text/plain","metadata":{"k":"v"}}}]}"#
        )
        #expect(asked.last?.type == .twoDot)
        #expect(asked.last?.right.description == "dev$")
        #expect(asked.last?.includesRight == true)
        let staged = try await fixture.send(.GET, "/repositories/repo/branches/main/diff")
        #expect(staged.text.contains(#"{"type":"removed","path":"c","path_type":"object","size_bytes":1}"#))
        #expect(try await fixture.send(.GET, "/repositories/repo/refs/a/diff/b?type=").status == 400)
    }
}
