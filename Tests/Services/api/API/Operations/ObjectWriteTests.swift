import Domain
import JSONCodec
import NIOCore
import NIOHTTP1
import ObjectStore
import ServiceKit
import Synchronization
import Testing
import Wire

@testable import API

@Suite("Writing objects")
struct ObjectWriteTests {
    private static let path = "/repositories/repo/branches/main/objects"
    private static let hello = "5d41402abc4b2a76b9719d911017c592"

    private let staged = Recorder<StageObject.Request>()
    private let targets = Recorder<GetWriteTarget.Request>()

    private func fixture(
        stage: @escaping @Sendable (StageObject.Request) throws -> Void = { _ in },
        now: @escaping @Sendable () -> Int64 = { Fixture.now }
    ) -> Fixture {
        Fixture(
            index: { [staged, targets] routes in
                routes.on(GetWriteTarget.self) { request, _, _ in
                    targets.note(request)
                    guard request.branch.string == "main" else {
                        throw RPCError(.notFound, subject: "branch", "branch '\(request.branch)' not found")
                    }
                    let number = Int64(targets.all.count)
                    return WriteTarget(
                        repositoryID: number, storageNamespace: try StorageNamespace("local://repo-\(number)"))
                }
                routes.on(StageObject.self) { request, _, _ in
                    staged.note(request)
                    try stage(request)
                    return Nothing()
                }
                routes.on(GetRepository.self) { _, _, _ in try Samples.repository() }
            }, now: now)
    }

    @Test("a raw body is stored, then staged under its MD5")
    func raw() async throws {
        let fixture = fixture()
        let answer = try await fixture.send(
            .POST, "\(Self.path)?path=a%2Fb&force=true",
            headers: [
                "Content-Type": "text/plain", "X-Lakefs-Meta-Color": "Red", "x-lakefs-internal-owner": "me",
            ], body: BufferedBody("hello", pieceBytes: 2), length: 5)
        #expect(answer.status == 201)
        let request = try #require(staged.last)
        let entry = try #require(request.entry)
        #expect(entry.checksum == Self.hello)
        #expect(entry.size == 5)
        #expect(entry.contentType == "text/plain")
        #expect(entry.modified == Fixture.now)
        #expect(entry.userMetadata == ["color": "Red", "::lakefs::owner": "me"])
        #expect(request.repositoryID == 1)
        #expect(request.force)
        #expect(request.condition == .none)
        let address = entry.address.uri(in: try StorageNamespace("local://repo-1"))
        #expect(address.hasPrefix("local://repo-1/data/2023-11-14T22/"))
        #expect(fixture.store.objects.withLock { $0[address] } == ByteBuffer(string: "hello"))
        #expect(answer.text.contains(#""path":"a/b","path_type":"object","physical_address":"\#(address)""#))
        #expect(answer.text.contains(#""metadata":{"::lakefs::owner":"me","color":"Red"}"#))
    }

    @Test("a form's part 'content' is stored with the type of the part", arguments: [1, 3, 1_000])
    func form(pieceBytes: Int) async throws {
        let fixture = fixture()
        let form = [
            "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\nignored\r\n",
            "--b\r\nContent-Disposition: form-data; name=\"content\"; filename=\"f\"\r\nContent-Type: image/png\r\n\r\n",
            "hello\r\n--b--\r\n",
        ].joined()
        let answer = try await fixture.send(
            .POST, "\(Self.path)?path=a", headers: ["Content-Type": "multipart/form-data; boundary=\"b\""],
            body: BufferedBody(form, pieceBytes: pieceBytes), length: Int64(form.utf8.count))
        #expect(answer.status == 201)
        #expect(staged.last?.entry?.checksum == Self.hello)
        #expect(staged.last?.entry?.contentType == "image/png")
    }

    @Test(
        "a form without the part, without an end or without a boundary stages nothing",
        arguments: [
            ("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n--b--"),
            ("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\nhel"),
            ("multipart/form-data; boundary=b", ""), ("multipart/form-data", "x"),
            ("multipart/form-data; boundary=b", "--c--"),
        ])
    func badForm(type: String, form: String) async throws {
        let fixture = fixture()
        let answer = try await fixture.send(
            .POST, "\(Self.path)?path=a", headers: ["Content-Type": type], body: BufferedBody(form))
        #expect(answer.status == 400)
        #expect(staged.all.isEmpty)
        #expect(fixture.store.objects.withLock { $0.isEmpty })
    }

    @Test("what took so long that clean-up may take its bytes for nobody's is not staged")
    func late() async throws {
        let hour: Int64 = 3_600_000
        // Each look at the clock is so much behind the one before.
        for (late, status) in [(hour, 201), (25 * hour, 408)] {
            let time = Mutex(Fixture.now)
            let fixture = fixture(now: {
                time.withLock { time -> Int64 in
                    time += late
                    return time
                }
            })
            let answer = try await fixture.send(.POST, "\(Self.path)?path=a", body: BufferedBody("hello"), length: 5)
            #expect(answer.status == status)
            #expect(staged.all.count == 1, "the first alone is staged")
        }
    }

    @Test("a body that breaks off stages nothing, and nobody is answered")
    func brokenOff() async throws {
        let fixture = fixture()
        let request = IncomingRequest(
            method: .POST, target: "/api/v1\(Self.path)?path=a", headers: Fixture.authorized, contentLength: 9,
            body: BufferedBody([ByteBuffer(string: "hel")], failure: .clientGone), traceParent: "")
        #expect(await fixture.handler.answer(request, path: "/api/v1\(Self.path)").answer == nil)
        #expect(staged.all.isEmpty)
    }

    @Test("conditions: only 'not there yet' can be asked for")
    func conditions() async throws {
        let fixture = fixture { request in
            if request.condition == .ifAbsent { throw RPCError(.preconditionFailed, "") }
        }
        func status(_ headers: HTTPHeaders) async throws -> (Int, String) {
            let answer = try await fixture.send(
                .POST, "\(Self.path)?path=a", headers: headers, body: BufferedBody("x"), length: 1)
            return (answer.status, answer.message)
        }
        #expect(try await status(["If-None-Match": "*"]) == (412, "path already exists"))
        #expect(try await status(["If-None-Match": #""x""#]).0 == 501)
        #expect(try await status(["If-Match": "*"]).0 == 501)
    }

    @Test("an unknown branch is 404, told before a large body is read")
    func unknownBranch() async throws {
        let fixture = fixture()
        let body = BufferedBody("hello")
        let answer = try await fixture.send(
            .POST, "/repositories/repo/branches/nope/objects?path=a", body: body, length: 1 << 30)
        #expect(answer.status == 404)
        #expect(answer.message == "branch 'nope' not found")
        #expect(body.pulls.withLock { $0 } == 0)
    }

    @Test("a small body asks where to go once, a large one each time")
    func cachedTarget() async throws {
        let fixture = fixture()
        for _ in 0..<3 { _ = try await fixture.send(.POST, "\(Self.path)?path=a", body: BufferedBody("x"), length: 1) }
        #expect(targets.all.count == 1)
        let size = Int(ObjectUpload.maxUncheckedBytes) + 1
        let large = BufferedBody([ByteBuffer(repeating: 1, count: size)])
        _ = try await fixture.send(.POST, "\(Self.path)?path=a", body: large, length: Int64(size))
        _ = try await fixture.send(.POST, "\(Self.path)?path=a", body: BufferedBody("x"), length: nil)
        #expect(targets.all.count == 3)
    }

    @Test("where the repository was made again meanwhile, the bytes move to the one that is there")
    func madeAgain() async throws {
        let fixture = fixture { request in
            if request.repositoryID == 1 { throw RPCError(.conflict, subject: "repository", "another") }
        }
        let answer = try await fixture.send(.POST, "\(Self.path)?path=a", body: BufferedBody("hello"), length: 5)
        #expect(answer.status == 201)
        #expect(staged.all.map(\.repositoryID) == [1, 2])
        let address = try #require(staged.last?.entry).address.uri(in: try StorageNamespace("local://repo-2"))
        #expect(fixture.store.objects.withLock { $0[address] } == ByteBuffer(string: "hello"))
        #expect(answer.text.contains(address))
    }

    @Test(
        "paths that are none are 400, the longest is taken",
        arguments: [(1_024, 201), (1_025, 400)])
    func longPath(bytes: Int, status: Int) async throws {
        let path = String(repeating: "a", count: bytes)
        let answer = try await fixture().send(
            .POST, "\(Self.path)?path=\(path)", body: BufferedBody("x"), length: 1)
        #expect(answer.status == status)
    }

    @Test(
        "a store that fails is told, and nothing is staged",
        arguments: [
            (ObjectStoreError.Code.unavailable, 503), (.full, 507), (.denied, 500), (.bodyLength, 400),
        ] as [(ObjectStoreError.Code, Int)])
    func storeFails(code: ObjectStoreError.Code, status: Int) async throws {
        let fixture = fixture()
        fixture.store.failure.withLock { $0.put = ObjectStoreError(code, "x") }
        let answer = try await fixture.send(.POST, "\(Self.path)?path=a", body: BufferedBody("x"), length: 1)
        #expect(answer.status == status)
        #expect(staged.all.isEmpty)
    }

    @Test("a deletion is a tombstone")
    func delete() async throws {
        let answer = try await fixture().send(.DELETE, "\(Self.path)?path=a")
        #expect(answer.status == 204)
        let request = try #require(staged.last)
        #expect(request.entry == nil)
        #expect(request.repositoryID == nil)
    }

    @Test("metadata is replaced on the entry that is there, again where another write came between")
    func metadata() async throws {
        let reads = Recorder<Int>()
        let staged = staged
        let fixture = Fixture { routes in
            routes.on(GetObject.self) { _, _, _ in
                reads.note(1)
                return try Samples.located()
            }
            routes.on(StageObject.self) { request, _, _ in
                staged.note(request)
                if reads.all.count == 1 { throw RPCError(.preconditionFailed, "") }
                return Nothing()
            }
        }
        let answer = try await fixture.send(
            .PUT, "\(Self.path)/stat/user_metadata?path=a", json: #"{"set":{"New_Key":"v"}}"#)
        #expect(answer.status == 204)
        #expect(staged.all.count == 2)
        #expect(staged.last?.condition == .ifMatch(Self.hello))
        #expect(staged.last?.entry?.userMetadata == ["New_Key": "v"])
        #expect(staged.last?.entry?.address == .relative("data/1/2"))
    }
}

@Suite("Deleting and copying objects")
struct BulkOperationTests {
    private static let path = "/repositories/repo/branches/main/objects"

    @Test("bulk deletes tell what failed, path by path")
    func bulk() async throws {
        let asked = Recorder<DeleteObjects.Request>()
        let fixture = Fixture { routes in
            routes.on(DeleteObjects.self) { request, _, _ in
                asked.note(request)
                return DeleteOutcome(errors: [PathError(path: "b", code: "forbidden", message: "no")])
            }
        }
        let answer = try await fixture.send(.POST, "\(Self.path)/delete?force=true", json: #"{"paths":["a","b",""]}"#)
        #expect(answer.status == 200)
        #expect(
            answer.text
                == #"{"errors":[{"path":"","status_code":400,"message":"invalid path: is empty"},{"path":"b","status_code":403,"message":"no"}]}"#
        )
        #expect(asked.last?.paths == ["a", "b"])
        #expect(asked.last?.force == true)
    }

    @Test("a protected branch is told for each path, an unknown one as such, too many paths not at all")
    func bulkFailures() async throws {
        let fixture = Fixture { routes in
            routes.on(DeleteObjects.self) { request, _, _ in
                guard request.branch.string == "main" else { throw RPCError(.notFound, subject: "branch", "") }
                throw RPCError(.forbidden, "cannot write to protected branch")
            }
        }
        let answer = try await fixture.send(.POST, "\(Self.path)/delete", json: #"{"paths":["a"]}"#)
        #expect(
            answer.text
                == #"{"errors":[{"path":"a","status_code":403,"message":"cannot write to protected branch"}]}"#)
        let unknown = try await fixture.send(
            .POST, "/repositories/repo/branches/nope/objects/delete", json: #"{"paths":["a"]}"#)
        #expect(unknown.status == 404)
        let paths = (0...1_000).map { "\"\($0)\"" }.joined(separator: ",")
        #expect(try await fixture.send(.POST, "\(Self.path)/delete", json: #"{"paths":[\#(paths)]}"#).status == 400)
    }

    @Test("a copy has bytes of its own, and the rest of the source")
    func copy() async throws {
        let staged = Recorder<StageObject.Request>()
        let read = Recorder<GetObject.Request>()
        let fixture = Fixture { routes in
            routes.on(GetObject.self) { request, _, _ in
                read.note(request)
                return try Samples.located()
            }
            routes.on(GetWriteTarget.self) { _, _, _ in
                WriteTarget(repositoryID: 7, storageNamespace: try StorageNamespace("local://repo"))
            }
            routes.on(StageObject.self) { request, _, _ in
                staged.note(request)
                return Nothing()
            }
            routes.on(GetRepository.self) { _, _, _ in try Samples.repository() }
        }
        fixture.store.objects.withLock { $0["local://repo/data/1/2"] = ByteBuffer(string: "hello") }
        let target = "\(Self.path)/copy?dest_path=new"
        let answer = try await fixture.send(.POST, target, json: #"{"src_path":"old"}"#)
        #expect(answer.status == 201)
        #expect(read.last?.reference.description == "main")
        let entry = try #require(staged.last?.entry)
        #expect(entry.address != Samples.entry().address)
        #expect(entry.checksum == Samples.entry().checksum)
        #expect(entry.userMetadata == Samples.entry().userMetadata)
        #expect(entry.modified == Fixture.now)
        let copy = entry.address.uri(in: try StorageNamespace("local://repo"))
        #expect(fixture.store.objects.withLock { $0[copy] } == ByteBuffer(string: "hello"))
        _ = try await fixture.send(.POST, target, json: #"{"src_path":"old","src_ref":"v1~1"}"#)
        #expect(read.last?.reference.description == "v1~1")
        #expect(try await fixture.send(.POST, target, json: #"{"src_path":""}"#).status == 400)
        #expect(try await fixture.send(.POST, target, json: #"{"src_path":"a","shallow":true}"#).status == 501)
        #expect(try await fixture.send(.POST, "\(Self.path)/copy?dest_path=", json: #"{"src_path":"a"}"#).status == 400)
    }
}
