import Cryptography
import Domain
import JSONCodec
import NIOHTTP1
import Policy
import ServiceKit
import Synchronization
import Testing
import Wire

@testable import API

@Suite("Operations on dumps, commit records and trees")
struct DumpOperationTests {
    private static let ids = DumpedIDs(
        commits: String(repeating: "a", count: 64), tags: String(repeating: "b", count: 64),
        branches: String(repeating: "c", count: 64))
    private static let json =
        #"{"commits_meta_range_id":"\#(ids.commits)","tags_meta_range_id":"\#(ids.tags)","branches_meta_range_id":"\#(ids.branches)"}"#

    /// May do but these.
    private struct Everything: Authorizer {
        var except: Set<Action> = []
        var resource: String?

        func decide(
            _ permission: Permission, by rights: Rights, _ circumstances: Circumstances
        ) -> Rights.Decision {
            !except.contains(permission.action)
                || (resource != nil && permission.resource.description != resource)
                ? .allowed : .unmentioned
        }
    }

    private static func result() throws -> String { String(decoding: try ids.jsonBytes(), as: UTF8.self) }

    @Test("a dump is begun, told of, and its ids are told when it is done")
    func dump() async throws {
        let state = Mutex(TaskState(id: "1234", isDone: false, changed: 1_600_000_000_999))
        let asked = Recorder<GetTask.Request>()
        let fixture = Fixture { routes in
            routes.on(SubmitDump.self) { request, context, _ in
                #expect(context.principal?.userID == "admin" && request.repository.string == "repo")
                return TaskTicket(id: "1234")
            }
            routes.on(GetTask.self) { request, _, _ in
                asked.note(request)
                return state.withLock { $0 }
            }
        }
        let begun = try await fixture.send(.POST, "/repositories/repo/dump")
        #expect(begun.status == 202 && begun.text == #"{"id":"1234"}"#)
        let path = "/repositories/repo/dump?task_id=1234"
        #expect(
            try await fixture.send(.GET, path).text
                == #"{"id":"1234","done":false,"update_time":"2020-09-13T12:26:40Z"}"#)
        #expect(asked.last?.kind == .dumpRefs && asked.last?.id == "1234")
        let result = try Self.result()
        state.withLock { $0 = TaskState(id: "1234", isDone: true, changed: 0, result: result) }
        #expect(
            try await fixture.send(.GET, path).text
                == #"{"id":"1234","done":true,"update_time":"1970-01-01T00:00:00Z","refs":\#(Self.json)}"#)
        state.withLock { $0 = TaskState(id: "1234", isDone: true, changed: 0, error: "why") }
        #expect(
            try await fixture.send(.GET, path).text.contains(
                #""done":true,"update_time":"1970-01-01T00:00:00Z","error":"why"}"#))
        #expect(try await fixture.send(.GET, "/repositories/repo/dump").status == 400)
    }

    @Test("a restore needs all three ids, and brings objects from elsewhere only for whoever may import them")
    func restore() async throws {
        let asked = Recorder<SubmitRestore.Request>()
        let routes: (inout RPCRoutes) -> Void = { routes in
            routes.on(SubmitRestore.self) { request, _, _ in
                asked.note(request)
                return TaskTicket(id: "1234")
            }
        }
        let fixture = Fixture(index: routes)
        let path = "/repositories/repo/restore"
        let begun = try await fixture.send(.POST, path, json: Self.json)
        #expect(begun.status == 202 && begun.text == #"{"id":"1234"}"#)
        #expect(asked.last?.references == Self.ids)
        #expect(asked.last?.allowsForeignObjects == true && asked.last?.force == false)
        let limited = Fixture(authorizer: Everything(except: [.importFromStorage]), index: routes)
        _ = try await limited.send(.POST, path, json: Self.json.dropLast() + #","force":true}"#)
        #expect(asked.last?.allowsForeignObjects == false && asked.last?.force == true)
        #expect(try await fixture.send(.POST, path, json: #"{"tags_meta_range_id":"a"}"#).status == 400)
    }

    @Test("the old calls wait for the end, and fail with the task")
    func waiting() async throws {
        let left = Mutex(3)
        let outcome = Mutex(TaskState(id: "1", isDone: true, changed: 0, result: try Self.result()))
        let fixture = Fixture { routes in
            routes.on(SubmitDump.self) { _, _, _ in TaskTicket(id: "1") }
            routes.on(SubmitRestore.self) { _, _, _ in TaskTicket(id: "1") }
            routes.on(GetTask.self) { _, _, _ in
                let isDone = left.withLock { left in
                    left -= 1
                    return left <= 0
                }
                return isDone ? outcome.withLock { $0 } : TaskState(id: "1", isDone: false, changed: 0)
            }
        }
        let dumped = try await fixture.send(.PUT, "/repositories/repo/refs/dump")
        #expect(dumped.status == 201 && dumped.text == Self.json)
        let restored = try await fixture.send(.PUT, "/repositories/repo/refs/restore", json: Self.json)
        #expect(restored.status == 200 && restored.text.isEmpty)
        outcome.withLock { $0 = TaskState(id: "1", isDone: true, changed: 0, error: "no dump of tags") }
        let failed = try await fixture.send(.PUT, "/repositories/repo/refs/restore", json: Self.json)
        #expect(failed.status == 400 && failed.message == "no dump of tags")
    }

    @Test(
        "each needs its permissions",
        arguments: [
            (HTTPMethod.POST, "/dump", Action.listTags), (.POST, "/dump", .listBranches),
            (.PUT, "/refs/dump", .listCommits),
            (.GET, "/dump?task_id=1", .listTags), (.POST, "/restore", .createTag), (.POST, "/restore", .createBranch),
            (.PUT, "/refs/restore", .createCommit), (.GET, "/restore?task_id=1", .createTag),
            (.POST, "/restore", .writeObject),
            (.POST, "/commits", .createCommit), (.GET, "/metadata/range/\(ids.tags)", .listObjects),
            (.GET, "/metadata/meta_range/\(ids.tags)", .readRepository),
            (.GET, "/metadata/object/range/\(ids.tags)", .listObjects),
        ])
    func permissions(method: HTTPMethod, path: String, action: Action) async throws {
        let fixture = Fixture(authorizer: Everything(except: [action]))
        let body = path == "/commits" ? Self.record : method == .GET || path.hasSuffix("dump") ? nil : Self.json
        let answer = try await fixture.send(method, "/repositories/repo\(path)", json: body)
        #expect(answer.status == 401 && answer.message.contains(action.rawValue))
    }

    private static let record =
        #"{"commit_id":"\#(Samples.commitID)","version":1,"committer":"bob","message":"m","metarange_id":"\#(ids.tags)","creation_date":17,"parents":["\#(ids.branches)"],"metadata":{"some_key":"v"},"generation":4}"#

    @Test("a commit made elsewhere is handed on as it is")
    func commitRecord() async throws {
        let asked = Recorder<CreateCommitRecord.Request>()
        let fixture = Fixture { routes in
            routes.on(GetRepository.self) { _, _, _ in try Samples.repository() }
            routes.on(CreateCommitRecord.self) { request, _, _ in
                asked.note(request)
                return Nothing()
            }
        }
        let answer = try await fixture.send(.POST, "/repositories/repo/commits", json: Self.record)
        #expect(answer.status == 204 && answer.text.isEmpty)
        #expect(
            asked.last?.commit
                == Commit(
                    id: try CommitID(Samples.commitID), parents: [try CommitID(Self.ids.branches)], committer: "bob",
                    message: "m", created: 17, metaRangeID: Self.ids.tags, metadata: ["some_key": "v"], generation: 4))
        for wrong in [
            Self.record.replacing(Samples.commitID, with: "x"), Self.record.replacing(Self.ids.branches, with: "main"),
            Self.record.replacing(#""version":1"#, with: #""version":2"#), "{}",
        ] {
            #expect(try await fixture.send(.POST, "/repositories/repo/commits", json: wrong).status == 400)
        }
    }

    @Test(
        "a whole tree is committed only by whoever may write and delete any object",
        arguments: [Action.writeObject, .deleteObject])
    func wholeTree(action: Action) async throws {
        let asked = Recorder<CreateCommit.Request>()
        let authorizer = Everything(except: [action], resource: "arn:lakefs:fs:::repository/repo/object/*")
        let fixture = Fixture(authorizer: authorizer) { routes in
            routes.on(CreateCommit.self) { request, _, _ in
                asked.note(request)
                return try Samples.commit()
            }
        }
        let path = "/repositories/repo/branches/main/commits"
        #expect(try await fixture.send(.POST, path, json: #"{"message":"m"}"#).status == 201)
        let answer = try await fixture.send(.POST, path + "?source_metarange=ab", json: #"{"message":"m"}"#)
        #expect(answer.status == 401 && answer.message.contains(action.rawValue))
        #expect(asked.all.count == 1)
    }

    @Test("a node is answered as bytes, and its place is where a dump puts it")
    func nodes() async throws {
        let fixture = Fixture { routes in
            routes.on(GetRepository.self) { _, _, _ in try Samples.repository() }
            routes.on(GetNode.self) { request, _, _ in
                guard request.id == Self.ids.tags else { throw RPCError(.notFound, subject: "metarange", "") }
                return NodeBytes(nodes: [Base64.encode(Array("bytes".utf8))])
            }
        }
        let base = "/repositories/repo/metadata"
        for type in ["range", "meta_range"] {
            let node = try await fixture.send(.GET, "\(base)/object/\(type)/\(Self.ids.tags)")
            #expect(node.status == 200 && node.text == "bytes")
            #expect(node.header("Content-Type") == "application/octet-stream")
            let place = "local://repo/_tarn/objects/bb/\(Self.ids.tags)"
            let told = try await fixture.send(.GET, "\(base)/\(type)/\(Self.ids.tags)")
            #expect(told.status == 200 && told.text == #"{"location":"\#(place)"}"#)
            #expect(told.header("Location") == place)
            #expect(try await fixture.send(.GET, "\(base)/\(type)/x").status == 400)
        }
        #expect(try await fixture.send(.GET, "\(base)/object/range/\(Self.ids.commits)").status == 404)
        #expect(try await fixture.send(.GET, "\(base)/object/other/\(Self.ids.tags)").status == 400)
    }
}
