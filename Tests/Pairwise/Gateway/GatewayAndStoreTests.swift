import FoundationEssentials
import TestSupport
import Testing

@Suite("The gateway with real stores", .serialized)
struct GatewayAndStoreTests {
    /// Runs a gateway over the SeaweedFS that all tests share, behind a proxy that can fail.
    private static func withS3(_ body: (GatewayScene, FaultProxy) async throws -> Void) async throws {
        try await withS3(try await SeaweedServer.shared()) { scene, proxy, _ in try await body(scene, proxy) }
    }

    private static func withS3(
        _ server: SeaweedServer, _ body: (GatewayScene, FaultProxy, SeaweedServer) async throws -> Void
    ) async throws {
        let proxy = try await FaultProxy.start(upstreamPort: server.port)
        let outcome: Result<Void, any Error>
        do {
            let namespace = try await server.freshNamespace()
            try await GatewayScene.run(SeaweedServer.variables(port: proxy.port)) { scene in
                try await scene.makeRepository(namespace: namespace)
                try await body(scene, proxy, server)
            }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        try await proxy.shutDown()
        try outcome.get()
    }

    private static let bodies = [Pattern.array(0..<10), Pattern.array(0..<300_000), Pattern.array(0..<9_000_000)]

    @Test("objects of all sizes go into a local store and come back, parts and ranges too")
    func local() async throws {
        try await GatewayScene.run { scene in
            try await scene.makeRepository()
            try await Self.whole(scene)
        }
    }

    @Test("objects of all sizes go into S3 and come back, parts and ranges too", .enabled(if: SeaweedServer.isExpected))
    func s3() async throws { try await Self.withS3 { scene, _ in try await Self.whole(scene) } }

    private static func whole(_ scene: GatewayScene) async throws {
        let client = try scene.client
        for (number, body) in Self.bodies.enumerated() {
            #expect(try await client.put("/repo/main/\(number)", body).status == 200)
            #expect(try await client.get("/repo/main/\(number)").body == body)
            let part = try await client.get("/repo/main/\(number)", [("Range", "bytes=3-8")])
            #expect(part.body == Array(body[3...8]))
        }
        let created = try await client.send("POST", "/repo/main/joined?uploads")
        let id = try #require(created.element("UploadId"), "\(created.text)")
        var parts = ""
        for (number, body) in [Self.bodies[2], Self.bodies[0]].enumerated() {
            let put = try await client.put("/repo/main/joined?partNumber=\(number + 1)&uploadId=\(id)", body)
            parts += "<Part><PartNumber>\(number + 1)</PartNumber><ETag>\(put.header("etag") ?? "")</ETag></Part>"
        }
        let completion = Array("<CompleteMultipartUpload>\(parts)</CompleteMultipartUpload>".utf8)
        for _ in 0..<2 {
            let done = try await client.send("POST", "/repo/main/joined?uploadId=\(id)", body: completion)
            #expect(done.status == 200, "\(done.text)")
        }
        #expect(try await client.get("/repo/main/joined").body == Self.bodies[2] + Self.bodies[0])
    }

    @Test(
        "a store that is slow is waited for; one that is down is 503 and stages nothing; back again, all goes on",
        .enabled(if: SeaweedServer.isExpected))
    func slowAndDown() async throws {
        try await Self.withS3(try await SeaweedServer()) { scene, _, server in
            let client = try scene.client
            #expect(try await client.put("/repo/main/kept", Self.bodies[1]).status == 200)
            server.freeze()
            async let read = client.get("/repo/main/kept").body
            async let write = client.put("/repo/main/slow", Self.bodies[1]).status
            try await Task.sleep(for: .seconds(1))
            server.thaw()
            #expect(try await read == Self.bodies[1])
            #expect(try await write == 200)

            server.kill()
            let killed = ContinuousClock.now
            for body in Self.bodies {
                #expect(try await client.put("/repo/main/new", body).code == "ServiceUnavailable")
            }
            #expect(try await client.get("/repo/main/kept").code == "ServiceUnavailable")
            #expect(try await client.send("POST", "/repo/main/up?uploads").code == "ServiceUnavailable")
            #expect(.now - killed < .seconds(120))
            #expect(try await client.send("HEAD", "/repo/main/kept").status == 200)
            #expect(try await scene.keys() == ["main/kept", "main/slow"])
            try await server.start()
            #expect(try await client.get("/repo/main/kept").body == Self.bodies[1])
            #expect(try await client.put("/repo/main/new", Self.bodies[1]).status == 200)
        }
    }

    @Test(
        "a store that hangs is 503 in the end, and nothing is staged", .enabled(if: SeaweedServer.isExpected))
    func hanging() async throws {
        try await Self.withS3 { scene, proxy in
            let client = try scene.client
            #expect(try await client.put("/repo/main/kept", Self.bodies[1]).status == 200)
            proxy.cutAll()
            proxy.set { $0.isStalled = true }
            let start = ContinuousClock.now
            async let read = client.get("/repo/main/kept").code
            async let small = client.put("/repo/main/new", Self.bodies[0]).code
            async let large = client.put("/repo/main/new", Self.bodies[2]).code
            for code in try await [read, small, large] { #expect(code == "ServiceUnavailable") }
            #expect(.now - start < .seconds(90))
            proxy.behave()
            proxy.cutAll()
            #expect(try await scene.keys() == ["main/kept"])
            #expect(try await client.get("/repo/main/kept").body == Self.bodies[1])
        }
    }

    @Test(
        "a store that cuts connections never makes a whole answer of wrong bytes",
        .enabled(if: SeaweedServer.isExpected),
        arguments: [1_000, 400_000, 5_000_000])
    func cut(bytes: Int) async throws {
        try await Self.withS3 { scene, proxy in
            let client = try scene.client
            let body = Self.bodies[2]
            #expect(try await client.put("/repo/main/a", body).status == 200)
            proxy.set { $0.cutsAfterReceived = bytes }
            // Broken off, refused or whole: each is right, and nothing else.
            if let answer = try? await client.get("/repo/main/a") {
                #expect(answer.status == 503 || answer.body == body)
            }
            proxy.behave()
            proxy.set { $0.cutsAfterSent = bytes }
            let put = try await client.put("/repo/main/b", body)
            #expect(put.status == 200 || put.status == 503)
            proxy.behave()
            #expect(try await scene.keys().contains("main/b") == (put.status == 200))
            if put.status == 200 { #expect(try await client.get("/repo/main/b").body == body) }
            #expect(try await client.get("/repo/main/a").body == body)
        }
    }

    @Test("a local store whose folder is gone is no empty one")
    func localGone() async throws {
        try await GatewayScene.run { scene in
            try await scene.makeRepository()
            let client = try scene.client
            #expect(try await client.put("/repo/main/a", Self.bodies[1]).status == 200)
            let moved = scene.store.path + "-moved"
            try FileManager.default.moveItem(atPath: scene.store.path, toPath: moved)
            try Data().write(to: URL(filePath: scene.store.path))
            let read = try await client.get("/repo/main/a")
            // The folder is held open, so that it may well be served still; anything but "no such key".
            #expect(read.status == 200 || read.status >= 500)
            try FileManager.default.removeItem(atPath: scene.store.path)
            try FileManager.default.moveItem(atPath: moved, toPath: scene.store.path)
            try FileManager.default.removeItem(atPath: scene.store.path + "/repo/data")
            #expect(try await client.get("/repo/main/a").status == 500)
            #expect(try await client.put("/repo/main/b", Self.bodies[1]).status == 200)
            #expect(try await client.get("/repo/main/b").body == Self.bodies[1])
        }
    }
}
