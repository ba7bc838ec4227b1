import Cryptography
import Domain
import TestSupport
import Testing
import Wire

@Suite("Multipart uploads when processes die", .serialized)
struct MultipartCrashTests {
    private struct Upload {
        let id: String
        let completion: [UInt8]
        let etag: String
        let body: [UInt8]
    }

    private static let partBytes = 5 * 1024 * 1024

    /// Uploads two parts to a key and leaves them there.
    private static func begin(_ client: S3TestClient, _ key: String, between: () async throws -> Void = {}) async throws
        -> Upload
    {
        let created = try await client.send("POST", "\(key)?uploads")
        let id = try #require(created.element("UploadId"), "\(created.text)")
        let bodies = [Pattern.array(0..<partBytes), Pattern.array(7..<1_007)]
        var parts = ""
        var digests: [UInt8] = []
        for (number, body) in bodies.enumerated() {
            let put = try await client.put("\(key)?partNumber=\(number + 1)&uploadId=\(id)", body)
            #expect(put.status == 200, "\(put.text)")
            parts += "<Part><PartNumber>\(number + 1)</PartNumber><ETag>\(put.header("etag") ?? "")</ETag></Part>"
            digests += MD5.hash(body).bytes
            try await between()
        }
        return Upload(
            id: id, completion: Array("<CompleteMultipartUpload>\(parts)</CompleteMultipartUpload>".utf8),
            etag: "&quot;\(MD5.hash(digests).hex)-2&quot;", body: bodies[0] + bodies[1])
    }

    @Test("an upload outlives the gateway and the index that began it")
    func restarts() async throws {
        try await GatewayScene.run { scene in
            try await scene.makeRepository()
            let client = try scene.client
            let upload = try await Self.begin(client, "/repo/main/a") {
                scene.gateway.kill()
                try await scene.gateway.start()
                try await scene.waitUntilServing()
            }
            scene.index.kill()
            try await scene.index.start()
            try await scene.waitUntilServing()
            let done = try await client.send(
                "POST", "/repo/main/a?uploadId=\(upload.id)", body: upload.completion)
            #expect(done.element("ETag") == upload.etag, "\(done.text)")
            #expect(try await client.get("/repo/main/a").body == upload.body)
        }
    }

    @Test(
        "completion that is cut off at any moment is done by the next try, once", arguments: [0, 2, 5, 10, 20, 40, 80])
    func cutOff(milliseconds: Int) async throws {
        try await GatewayScene.run { scene in
            try await scene.makeRepository()
            try await Self.cutOff(scene, milliseconds)
        }
    }

    @Test(
        "so it is over S3", .enabled(if: SeaweedServer.isExpected), arguments: [0, 5, 10, 20, 40, 100])
    func cutOffS3(milliseconds: Int) async throws {
        let server = try await SeaweedServer.shared()
        try await GatewayScene.run(SeaweedServer.variables(port: server.port)) { scene in
            try await scene.makeRepository(namespace: try await server.freshNamespace())
            try await Self.cutOff(scene, milliseconds)
        }
    }

    private static func cutOff(_ scene: GatewayScene, _ milliseconds: Int) async throws {
        let client = try scene.client
        for victim in [scene.gateway, scene.index] {
            let key = "/repo/main/\(victim.service.rawValue)"
            let upload = try await Self.begin(client, key)
            let request = try client.request("POST", "\(key)?uploadId=\(upload.id)", body: upload.completion)
            let connection = try await RawConnection.open(port: client.port)
            try await connection.send(request)
            try await Task.sleep(for: .milliseconds(milliseconds))
            victim.kill()
            connection.close()
            try await victim.start()
            try await scene.waitUntilServing()
            for _ in 0..<2 {
                let done = try await client.send("POST", "\(key)?uploadId=\(upload.id)", body: upload.completion)
                #expect(done.status == 200, "\(done.text)")
                #expect(done.element("ETag") == upload.etag)
            }
            #expect(try await client.get(key).body == upload.body)
            #expect(try await client.get("/repo?uploads").elements("Upload").isEmpty)
        }
        #expect(try await scene.keys() == ["main/gateway", "main/index"])
    }
}
