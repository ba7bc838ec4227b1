import Domain
import NIOCore
import ObjectStore
import ServiceKit
import Synchronization
import TestSupport
import Testing
import Wire

/// Clean-up of what a real gateway leaves behind, while others write through it.
///
/// Nothing that is only seconds old is clean-up's, so the test moves what nobody refers to into the folder of an hour long past.
@Suite("What broken writes leave behind goes, and nothing else", .serialized)
struct CleanUpTests {
    private static let variables = [
        "TARN_CLEANUP_MIN_AGE": "10s", "TARN_CLEANUP_MARK_GAP": "1s", "TARN_CLEANUP_INTERVAL": "1s",
    ]

    @Test("… from a local store")
    func local() async throws { try await StorageScene.run(Self.variables) { try await Self.run($0, [:]) } }

    @Test("… from S3", .enabled(if: SeaweedServer.isExpected))
    func s3() async throws {
        let server = try await SeaweedServer.shared()
        let store = SeaweedServer.variables(port: server.port)
        try await StorageScene.run(
            namespace: try await server.freshNamespace(), store.merging(Self.variables) { $1 }
        ) { try await Self.run($0, store) }
    }

    private static func run(_ scene: StorageScene, _ store: [String: String]) async throws {
        let auth = try await KnownKey.startAuth()
        let gateway = try RealServices.gateway(
            index: scene.index.address, auth: "127.0.0.1:\(auth.port)", store: scene.folder, store)
        let outcome: Result<Void, any Error>
        do {
            try await gateway.start()
            try await check(scene, S3TestClient(port: try #require(gateway.publicPort)))
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        gateway.kill()
        await auth.server.shutdown(drain: .zero)
        try outcome.get()
    }

    private static func check(_ scene: StorageScene, _ client: S3TestClient) async throws {
        let kept = try await keep(scene, client)
        let before = try await addresses(scene)
        try await breakPuts(client)
        #expect(try await client.get("/lake?list-type=2&prefix=main%2Fbroken").elements("Key") == [])
        // What the gateway could take back at once is not here; what it could not, such as a put that its condition refused, is.
        let broken = try await addresses(scene).filter { !before.contains($0) }
        #expect(!broken.isEmpty)
        var orphans: [String] = []
        for address in broken { orphans.append(try await age(address, scene)) }
        // Staged over each other long ago, and never committed.
        let overwritten = try await scene.write(hoursAgo: 30)
        let newest = try await scene.write(hoursAgo: 29)
        for address in [overwritten, newest] { try await scene.stage(address, at: "over") }
        orphans.append(overwritten)

        let uploads = try await leaveUploads(scene, client)
        try await whileWriting(client) {
            try await Task.sleep(for: .seconds(11))
            for _ in 0..<4 {
                try await scene.clock.runJob()
                #expect(try await scene.clock.job().error == nil)
                try await Task.sleep(for: .seconds(1.1))
            }
        }
        let left = try await addresses(scene)
        for address in orphans { #expect(!left.contains(address), "\(address)") }
        for address in kept + [newest] { #expect(left.contains(address), "\(address)") }
        #expect(try await scene.clock.marks() == [])
        let pending = try await scene.store.uploads(in: scene.repository.storageNamespace).map(\.upload)
        #expect(pending == [uploads.open])
        // The one that is still open goes on where it was.
        #expect(try await client.send("POST", uploads.target, body: uploads.completion).status == 200)
        #expect(try await client.get("/lake/main/upload").body == uploads.body)
        for _ in 0..<2 {
            try await scene.clock.runJob()
            try await Task.sleep(for: .seconds(1.1))
        }
        #expect(try await client.get("/lake/main/upload").body == uploads.body)
        for (target, text) in [
            ("main~1/committed", "committed"), ("v1/tagged", "tagged"), ("dev/elsewhere", "elsewhere"),
            ("main/copy", "copied"),
        ] {
            #expect(try await client.get("/lake/\(target)").text == text)
        }
        #expect(try await client.get("/lake/main/parts").body == uploads.body)
    }

    /// Entries of all kinds, their bytes in hours long past.
    private static func keep(_ scene: StorageScene, _ client: S3TestClient) async throws -> [String] {
        var kept: [String] = []
        func put(_ key: String, at branch: String = "main") async throws {
            #expect(try await client.put("/lake/\(branch)/\(key)", Array(key.utf8)).status == 200)
            kept.append(try await ageEntry(key, at: branch, scene))
        }
        let name = scene.repository.name
        try await put("committed")
        try await put("tagged")
        try await scene.commit()
        _ = try await scene.call(
            CreateTag.self,
            CreateTag.Request(repository: name, name: try TagName("v1"), reference: try RefExpression("main")))
        _ = try await scene.call(
            CreateBranch.self,
            CreateBranch.Request(repository: name, name: try BranchName("dev"), source: try RefExpression("main")))
        // What a later commit no longer shows is still in the earlier one.
        for key in ["committed", "tagged"] {
            #expect(try await client.send("DELETE", "/lake/main/\(key)").status == 204)
        }
        try await scene.commit()
        try await put("elsewhere", at: "dev")
        // A copy shares the bytes of what it was made of.
        try await put("copied")
        let source: S3TestClient.Field = ("x-amz-copy-source", "/lake/main/copied")
        #expect(try await client.put("/lake/main/copy", [], [source]).status == 200)
        #expect(try await client.send("DELETE", "/lake/main/copied").status == 204)
        return kept
    }

    /// Puts that break off at many bytes, and such as are refused when all is there.
    private static func breakPuts(_ client: S3TestClient) async throws {
        let body = Pattern.array(0..<3_000_000)
        for (number, bytes) in [0, 1, 65_536, 300_000, 1_500_000, body.count - 1].enumerated() {
            let request = try client.request("PUT", "/lake/main/broken-\(number)", body: body)
            let connection = try await RawConnection.open(port: client.port)
            _ = try await connection.sendSome(Array(request.prefix(request.count - body.count + bytes)))
            if number % 2 == 0 { connection.reset() } else { connection.close() }
        }
        let md5: S3TestClient.Field = ("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==")
        #expect(try await client.put("/lake/main/broken-md5", body, [md5]).code == "BadDigest")
        for size in [10, body.count] {
            let bytes = Array(body.prefix(size))
            let other: S3TestClient.Field = ("If-Match", "\"none\"")
            #expect(try await client.put("/lake/main/broken-condition", bytes, [other]).status >= 400)
            #expect(try await client.put("/lake/v1/broken-tag", bytes).code == "MethodNotAllowed")
        }
        // The gateway takes notice of those that went away.
        try await Task.sleep(for: .seconds(1))
    }

    private struct Uploads {
        /// What the store calls the one that is open.
        let open: UploadID
        let target: String
        let completion: [UInt8]
        let body: [UInt8]
    }

    /// Uploads that were aborted, forgotten by the index, never known to it, completed, and one that is still open.
    private static func leaveUploads(_ scene: StorageScene, _ client: S3TestClient) async throws -> Uploads {
        let body = Pattern.array(0..<500_000)
        func begin(_ key: String) async throws -> (id: String, etag: String) {
            let created = try await client.send("POST", "/lake/main/\(key)?uploads")
            let id = try #require(created.element("UploadId"), "\(created.text)")
            let put = try await client.put("/lake/main/\(key)?partNumber=1&uploadId=\(id)", body)
            return (id, put.header("etag") ?? "")
        }
        func completion(_ etag: String) -> [UInt8] {
            let part = "<Part><PartNumber>1</PartNumber><ETag>\(etag)</ETag></Part>"
            return Array("<CompleteMultipartUpload>\(part)</CompleteMultipartUpload>".utf8)
        }
        let done = try await begin("parts")
        #expect(
            try await client.send("POST", "/lake/main/parts?uploadId=\(done.id)", body: completion(done.etag)).status
                == 200)
        let aborted = try await begin("aborted")
        #expect(try await client.send("DELETE", "/lake/main/aborted?uploadId=\(aborted.id)").status == 204)
        // As if the gateway had died between the two halves of an abortion, and of a beginning.
        let half = try await begin("half")
        _ = try await scene.call(
            AbortUpload.self, AbortUpload.Request(repository: scene.repository.name, uploadID: half.id))
        _ = try await scene.beginUpload(hoursAgo: 0, isRecorded: false)
        // One that goes on for longer than the time after which clean-up looks: only index tells that somebody needs it.
        let open = try await scene.beginUpload(hoursAgo: 40)
        let listed = try await scene.call(
            ListUploads.self, ListUploads.Request(repository: scene.repository.name, prefix: "upload", amount: 1))
        let target = "/lake/main/upload?uploadId=\(try #require(listed.results.first).id)"
        let put = try await client.put("\(target)&partNumber=1", body)
        return Uploads(open: open, target: target, completion: completion(put.header("etag") ?? ""), body: body)
    }

    private final class Flag: Sendable {
        let isSet = Atomic(false)
    }

    /// Writes and reads with several clients while `body` runs; whatever was acknowledged is there.
    private static func whileWriting(_ client: S3TestClient, _ body: () async throws -> Void) async throws {
        let end = Flag()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<3 { group.addTask { try await write(client, writer, until: end) } }
            defer { end.isSet.store(true, ordering: .relaxed) }
            try await body()
            end.isSet.store(true, ordering: .relaxed)
            try await group.waitForAll()
        }
    }

    private static func write(_ client: S3TestClient, _ writer: Int, until end: Flag) async throws {
        var number = 0
        while !end.isSet.load(ordering: .relaxed) {
            let key = "/lake/main/written-\(writer)-\(number % 20)"
            let body = Array("\(writer) \(number) ".utf8) + Pattern.array(0..<(number % 3 * 200_000))
            #expect(try await client.put(key, body).status == 200)
            #expect(try await client.get(key).body == body)
            number += 1
        }
        for last in max(0, number - 20)..<number {
            let found = try await client.get("/lake/main/written-\(writer)-\(last % 20)")
            #expect(found.body.starts(with: "\(writer) \(last) ".utf8))
        }
    }

    // MARK: Time

    /// Moves bytes to an address of 30 hours ago.
    private static func age(_ address: String, _ scene: StorageScene) async throws -> String {
        let old = scene.address(hoursAgo: 30)
        _ = try await scene.store.copy(from: try scene.place(address), to: try scene.place(old))
        try await scene.store.delete(try scene.place(address))
        return old
    }

    /// The same with the bytes of an entry, which then names the new address.
    private static func ageEntry(_ key: String, at branch: String, _ scene: StorageScene) async throws -> String {
        let (name, path) = (scene.repository.name, try ObjectKey(key))
        var entry = try await scene.call(
            GetObject.self, GetObject.Request(repository: name, reference: try RefExpression(branch), path: path)
        ).entry
        guard case .relative(let address) = entry.address else { return "" }
        let old = try await age(address, scene)
        entry.address = .relative(old)
        _ = try await scene.call(
            StageObject.self,
            StageObject.Request(
                repository: name, repositoryID: scene.repository.id, branch: try BranchName(branch), path: path,
                entry: entry))
        return old
    }

    /// All that there is below the namespace.
    private static func addresses(_ scene: StorageScene) async throws -> Set<String> {
        var found: Set<String> = []
        var after = ""
        while true {
            let request = ObjectListRequest(
                scene.repository.storageNamespace, path: "\(AddressMaker.folder)/", after: after)
            let page = try await scene.store.list(request)
            found.formUnion(page.objects.map { "\(AddressMaker.folder)/" + $0.key.dropFirst(request.prefix.count) })
            guard let next = page.next else { return found }
            after = next
        }
    }
}
