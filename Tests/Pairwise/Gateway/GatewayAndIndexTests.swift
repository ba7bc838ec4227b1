import Cryptography
import Domain
import FoundationEssentials
import NIOCore
import ServiceKit
import TestSupport
import Testing
import Wire

@Suite("The gateway with a real index", .serialized)
struct GatewayAndIndexTests {
    @Test("what is put, copied, joined of parts and committed is read and listed")
    func wholePath() async throws {
        try await GatewayScene.run { scene in
            try await scene.makeRepository()
            let client = try scene.client
            let small = Pattern.array(0..<100)
            let large = Pattern.array(0..<1_500_000)
            #expect(try await client.put("/repo/main/a/small", small, [("x-amz-meta-k", "v")]).status == 200)
            #expect(try await client.put("/repo/main/a/large", large).status == 200)
            let staged = try await scene.entry("a/small")
            #expect(staged.entry.size == 100)
            #expect(staged.entry.checksum == MD5.hash(small).hex)
            #expect(staged.entry.userMetadata == ["k": "v"])
            let file = "\(scene.store.path)/repo/\(staged.entry.address)"
            #expect(FileManager.default.contents(atPath: file) == Data(small))

            let commit = try await scene.commit()
            #expect(try await scene.entry("a/large", at: commit).entry.checksum == MD5.hash(large).hex)
            #expect(try await client.put("/repo/main/a/small", large).status == 200)
            #expect(try await client.send("DELETE", "/repo/main/a/large").status == 204)
            #expect(try await client.get("/repo/main/a/small").body == large)
            #expect(try await client.get("/repo/main/a/large").code == "NoSuchKey")
            for reference in ["main@", commit, String(commit.prefix(12))] {
                let got = try await client.get("/repo/\(reference)/a/small")
                #expect(got.body == small)
                #expect(got.header("x-amz-meta-k") == "v")
                #expect(try await client.get("/repo/\(reference)/a/large").body == large)
            }
            #expect(try await client.put("/repo/\(commit)/a", small).code == "MethodNotAllowed")
            #expect(try await client.put("/repo/none/a", small).code == "NoSuchBucket")
            #expect(try await client.put("/none/main/a", small).code == "NoSuchBucket")

            try await scene.makeBranch("dev", from: commit)
            let copied = try await client.put("/repo/dev/b", [], [("x-amz-copy-source", "/repo/main/a/small")])
            #expect(copied.status == 200, "\(copied.text)")
            #expect(try await client.get("/repo/dev/b").body == large)
            #expect(try await scene.keys() == ["main/a/small"])
            #expect(try await scene.keys("dev%2F") == ["dev/a/large", "dev/a/small", "dev/b"])
            let folded = try await client.get("/repo?list-type=2&delimiter=%2F")
            #expect(folded.elements("CommonPrefixes") == ["<Prefix>dev/</Prefix>", "<Prefix>main/</Prefix>"])
        }
    }

    @Test("a protected branch is read and not written to")
    func protected() async throws {
        try await GatewayScene.run { scene in
            try await scene.makeRepository()
            let client = try scene.client
            #expect(try await client.put("/repo/main/a", [1]).status == 200)
            let api = TestRPC.client(
                of: .index, at: [try SocketAddress(ipAddress: "127.0.0.1", port: scene.index.internalPort)], as: .api,
                credential: ServiceCredentials.credential(of: .api))
            _ = try await api.call(
                SetProtection.self, .init(repository: RepositoryName("repo"), patterns: ["main"]),
                .test(principal: Principal(userID: KnownKey.userID)))
            await api.shutdown(drain: .zero)
            for answer in [
                try await client.put("/repo/main/b", [1]),
                try await client.put("/repo/main/b", Pattern.array(0..<100_000)),
                try await client.send("DELETE", "/repo/main/a"), try await client.send("POST", "/repo/main/b?uploads"),
            ] {
                #expect(answer.status == 403)
                #expect(answer.code == "AccessDenied", "\(answer.text)")
            }
            #expect(try await client.get("/repo/main/a").body == [1])
            #expect(try await scene.keys() == ["main/a"])
        }
    }

    /// The keys and folders of all pages of a listing.
    private static func walk(_ client: S3TestClient, _ query: String) async throws -> [String] {
        var found: [String] = []
        var token = ""
        repeat {
            let page = try await client.get("/repo?list-type=2&\(query)\(token)")
            found += page.elements("Key")
            found += page.elements("CommonPrefixes").map { String($0.dropFirst(8).dropLast(9)) }
            token = page.element("NextContinuationToken").map { "&continuation-token=\($0)" } ?? ""
        } while !token.isEmpty && found.count < 100
        return found.sorted()
    }

    @Test("pages of a listing with folders give the whole, whatever their size")
    func pages() async throws {
        try await GatewayScene.run { scene in
            try await scene.makeRepository()
            let client = try scene.client
            let paths = ["a", "b/", "b/1", "b/2/x", "b/2/y", "c", "d/1", "é/1", "z"]
            for path in paths {
                let target = path.replacing("é", with: "%C3%A9")
                #expect(try await client.put("/repo/main/\(target)", [1]).status == 200)
            }
            for size in [1, 2, 3, 1_000] {
                let all = try await Self.walk(client, "max-keys=\(size)&prefix=main%2F")
                #expect(all == paths.map { "main/\($0)" }.sorted())
                let folded = try await Self.walk(client, "max-keys=\(size)&prefix=main%2F&delimiter=%2F")
                #expect(folded == ["main/a", "main/b/", "main/c", "main/d/", "main/z", "main/é/"])
                // The folder's own marker is an object of the folder.
                let below = try await Self.walk(client, "max-keys=\(size)&prefix=main%2Fb%2F&delimiter=%2F")
                #expect(below == ["main/b/", "main/b/1", "main/b/2/"])
            }
        }
    }

    @Test("of many who create the same object at two gateways, one wins")
    func race() async throws {
        try await GatewayScene.run { scene in
            try await scene.makeRepository()
            let other = try await scene.anotherGateway()
            let ports = [try #require(scene.gateway.publicPort), try #require(other.publicPort)]
            for round in 0..<4 {
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    for writer in 0..<16 {
                        group.addTask {
                            try await S3TestClient(port: ports[writer % 2]).put(
                                "/repo/main/race-\(round)", [UInt8(writer)], [("If-None-Match", "*")]
                            ).status
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(statuses.count(where: { $0 == 200 }) == 1)
                #expect(statuses.count(where: { $0 == 412 }) == 15)
            }
            other.kill()
        }
    }

    @Test("an index that is down is 503, never 404; what was there is there again")
    func down() async throws {
        try await GatewayScene.run { scene in
            try await scene.makeRepository()
            let client = try scene.client
            #expect(try await client.put("/repo/main/kept", [1, 2]).status == 200)
            scene.index.kill()
            for (method, target) in [
                ("GET", "/repo/main/kept"), ("HEAD", "/repo/main/kept"), ("GET", "/repo/main/none"),
                ("PUT", "/repo/main/new"),
                ("DELETE", "/repo/main/kept"), ("GET", "/repo?list-type=2&prefix=main%2F"), ("HEAD", "/repo"),
                ("GET", "/"),
                ("POST", "/repo/main/up?uploads"),
            ] {
                let answer = try await client.send(method, target)
                #expect(answer.status == 503, "\(method) \(target)")
                #expect(answer.code == (method == "HEAD" ? "" : "ServiceUnavailable"))
            }
            let large = try await client.put("/repo/main/large", Pattern.array(0..<2_000_000))
            #expect(large.code == "ServiceUnavailable")
            try await scene.index.start()
            try await scene.waitUntilServing()
            #expect(try await client.get("/repo/main/kept").body == [1, 2])
            #expect(try await scene.keys() == ["main/kept"])
        }
    }

    @Test("an index that hangs is 503 by the deadline of a call; what it may have staged is whole or not there")
    func hanging() async throws {
        try await GatewayScene.run { scene in
            try await scene.makeRepository()
            let client = try scene.client
            let body = Pattern.array(0..<1_500_000)
            #expect(try await client.put("/repo/main/kept", body).status == 200)
            scene.index.freeze()
            let start = ContinuousClock.now
            async let read = client.get("/repo/main/kept").code
            async let write = client.put("/repo/main/new", [1]).code
            async let large = client.put("/repo/main/large", body).code
            async let list = client.get("/repo?list-type=2&prefix=main%2F").code
            for code in try await [read, write, large, list] { #expect(code == "ServiceUnavailable") }
            #expect(.now - start < .seconds(40))
            scene.index.thaw()
            try await scene.waitUntilServing()
            #expect(try await client.get("/repo/main/kept").body == body)
            let new = try await client.get("/repo/main/new")
            #expect(new.body == [1] || new.code == "NoSuchKey")
            #expect(try await client.get("/repo/main/large").code == "NoSuchKey")
        }
    }

    @Test("an index that is slow is waited for")
    func slow() async throws {
        try await GatewayScene.run { scene in
            try await scene.makeRepository()
            let client = try scene.client
            #expect(try await client.put("/repo/main/a", [1]).status == 200)
            scene.index.freeze()
            async let read = client.get("/repo/main/a")
            async let write = client.put("/repo/main/b", [2])
            try await Task.sleep(for: .seconds(1))
            scene.index.thaw()
            #expect(try await read.body == [1])
            #expect(try await write.status == 200)
        }
    }

    @Test("killed under load and started again, an index has every object whose writer heard success")
    func restarted() async throws {
        try await GatewayScene.run { scene in
            try await scene.makeRepository()
            try await scene.writeThrough {
                for _ in 0..<2 {
                    try await Task.sleep(for: .milliseconds(150))
                    scene.index.kill()
                    try await scene.index.start()
                }
            }
        }
    }

    @Test("a Postgres that dies under load is 503; the index finds it again and has every acknowledged object")
    func databaseKilled() async throws {
        let cluster = try await PostgresCluster()
        try await GatewayScene.run(database: cluster.address()) { scene in
            try await scene.makeRepository()
            try await scene.writeThrough {
                try await Task.sleep(for: .milliseconds(150))
                try await cluster.kill()
                for (method, target) in [
                    ("GET", "/repo/main/none"), ("PUT", "/repo/main/new"), ("GET", "/repo?list-type=2&prefix=main%2F"),
                ] {
                    #expect(try await scene.client.send(method, target).code == "ServiceUnavailable")
                }
                try await cluster.start()
            }
            #expect(try await scene.client.get("/repo/main/new").code == "NoSuchKey")
        }
    }

    @Test("a gateway killed in mid-body leaves nothing that is seen, and the next one serves")
    func gatewayKilled() async throws {
        try await GatewayScene.run { scene in
            try await scene.makeRepository()
            let client = try scene.client
            let request = try client.request(
                "PUT", "/repo/main/half", body: Pattern.array(0..<3_000_000), payload: .unsigned)
            let connection = try await RawConnection.open(port: client.port)
            try await connection.send(Array(request.dropLast(1_000_000)))
            scene.gateway.kill()
            try await scene.gateway.start()
            try await scene.waitUntilServing()
            #expect(try await scene.keys() == [])
            #expect(try await client.get("/repo/main/half").code == "NoSuchKey")
        }
    }
}
