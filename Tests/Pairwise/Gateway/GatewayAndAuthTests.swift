import Domain
import NIOCore
import ServiceKit
import TestSupport
import Testing
import Wire

/// A gateway and an auth as users run them; the index is played by the test and has one repository.
private struct Pair {
    let auth: ServiceProcess
    let gateway: ServiceProcess
    let client: S3TestClient

    /// - Parameter database: of auth; nil for a fresh one of the cluster that all tests share.
    static func run(database: String? = nil, _ body: (Pair) async throws -> Void) async throws {
        let repository = Repository(
            id: 1, name: try RepositoryName("repo"), storageNamespace: try StorageNamespace("local://repo"),
            defaultBranch: try BranchName("main"), created: 0, isReadOnly: false, isBare: false)
        var routes = RPCRoutes()
        routes.on(GetRepository.self) { request, context, _ in
            guard context.principal?.userID == "root" else { throw RPCError(.permissionDenied, "not root") }
            guard request.name == repository.name else { throw RPCError(.notFound, subject: "repository", "none") }
            return repository
        }
        let index = try await TestHTTPServer.start(
            RPCServer(routes, callers: ServiceCredentials.callers, logger: .silent))
        let auth = try await RealServices.auth(database.map { ["TARN_AUTH_DATABASE_URL": $0] } ?? [:])
        let gateway = try RealServices.gateway(
            index: "127.0.0.1:\(index.port)", auth: auth.address, store: try TemporaryFolder())
        try await auth.start()
        try await gateway.start()
        let calls = TestRPC.client(
            of: .auth, at: [try SocketAddress(ipAddress: "127.0.0.1", port: auth.internalPort)], as: .api,
            credential: ServiceCredentials.credential(of: .api))
        let key = try await calls.call(
            SetUp.self, SetUp.Request(setupToken: RealServices.setupToken, userID: "root"), .test())
        await calls.shutdown(drain: .zero)
        let client = S3TestClient(
            port: try #require(gateway.publicPort), accessKeyID: key.accessKeyID, secret: key.secretAccessKey)
        do { try await body(Pair(auth: auth, gateway: gateway, client: client)) } catch {
            await stop(gateway, auth, index)
            throw error
        }
        await stop(gateway, auth, index)
    }

    private static func stop(_ gateway: ServiceProcess, _ auth: ServiceProcess, _ index: TestHTTPServer) async {
        gateway.kill()
        auth.kill()
        await index.server.shutdown(drain: .zero)
    }

    /// Asks until the gateway finds auth again.
    func waitUntilServing() async throws {
        for _ in 0..<150 {
            if try await client.send("HEAD", "/repo").status == 200 { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("the gateway does not find auth again")
    }

    func with(_ change: (inout S3TestClient) -> Void) -> S3TestClient {
        var client = client
        change(&client)
        return client
    }
}

@Suite("The gateway with a real auth", .serialized)
struct GatewayAndAuthTests {
    @Test("who knows the secret comes in, nobody else")
    func whole() async throws {
        try await Pair.run { pair in
            #expect(try await pair.client.send("HEAD", "/repo").status == 200)
            #expect(try await pair.client.get("/none?location").code == "NoSuchBucket")
            let presigned = try pair.client.presign("GET", "/repo?location", seconds: 60)
            #expect(try await pair.client.sendUnsigned("GET", presigned).status == 200)
            for (client, code) in [
                (pair.with { $0.accessKeyID = "AKIAAAAAAAAAAAAAAAAA" }, "InvalidAccessKeyId"),
                (pair.with { $0.secret = "wrong" }, "SignatureDoesNotMatch"),
                (pair.with { $0.skewSeconds = 1_000 }, "RequestTimeTooSkewed"),
                (pair.with { $0.skewSeconds = -86_400 * 8 }, "RequestTimeTooSkewed"),
                (pair.with { $0.region = "mars-1" }, "AuthorizationHeaderMalformed"),
            ] {
                #expect(try await client.get("/repo?location").code == code)
            }
        }
    }

    @Test("SigV2 is verified by auth")
    func versionTwo() async throws {
        try await Pair.run { pair in
            for (secret, code) in [(pair.client.secret, ""), ("wrong", "SignatureDoesNotMatch")] {
                let fields = SigV2.fields(
                    "GET", "/repo/?location", accessKeyID: pair.client.accessKeyID, secret: secret)
                let answer = try await pair.client.sendUnsigned("GET", "/repo/?location", fields)
                #expect(answer.code == code)
                #expect(answer.status == (code.isEmpty ? 200 : 403))
            }
        }
    }

    @Test("an auth that is down is 503, never 403; who was known a moment ago goes on for five seconds")
    func down() async throws {
        try await Pair.run { pair in
            #expect(try await pair.client.send("HEAD", "/repo").status == 200)
            let killed = ContinuousClock.now
            pair.auth.kill()
            let known = try await pair.client.send("HEAD", "/repo").status
            if .now - killed < .seconds(4) { #expect(known == 200) }
            let stranger = pair.with { $0.accessKeyID = "AKIAAAAAAAAAAAAAAAAA" }
            #expect(try await stranger.get("/repo?location").code == "ServiceUnavailable")
            try await Task.sleep(until: killed + .seconds(5.5))
            let forgotten = try await pair.client.get("/repo?location")
            #expect(forgotten.status == 503)
            #expect(forgotten.code == "ServiceUnavailable")
            try await pair.auth.start()
            try await pair.waitUntilServing()
            #expect(try await stranger.get("/repo?location").code == "InvalidAccessKeyId")
        }
    }

    @Test("an auth whose Postgres died is 503 for whom it does not remember; it finds it again by itself")
    func databaseKilled() async throws {
        let cluster = try await PostgresCluster()
        try await Pair.run(database: cluster.address()) { pair in
            #expect(try await pair.client.send("HEAD", "/repo").status == 200)
            let stranger = pair.with { $0.accessKeyID = "AKIAAAAAAAAAAAAAAAAA" }
            try await cluster.kill()
            #expect(try await stranger.get("/repo?location").code == "ServiceUnavailable")
            try await Task.sleep(for: .seconds(5.5))
            #expect(try await pair.client.get("/repo?location").code == "ServiceUnavailable")
            try await cluster.start()
            try await pair.waitUntilServing()
            #expect(try await stranger.get("/repo?location").code == "InvalidAccessKeyId")
        }
    }

    @Test("an auth that hangs is 503 by the deadline of a call, never 403")
    func hanging() async throws {
        try await Pair.run { pair in
            pair.auth.freeze()
            let start = ContinuousClock.now
            let answer = try await pair.client.get("/repo?location")
            #expect(answer.code == "ServiceUnavailable")
            #expect(.now - start < .seconds(40))
            pair.auth.thaw()
            try await pair.waitUntilServing()
        }
    }

    @Test("an auth that is slow is waited for")
    func slow() async throws {
        try await Pair.run { pair in
            pair.auth.freeze()
            async let known = pair.client.send("HEAD", "/repo").status
            async let stranger = pair.with { $0.accessKeyID = "AKIAAAAAAAAAAAAAAAAA" }.get("/repo?location").code
            try await Task.sleep(for: .seconds(1))
            pair.auth.thaw()
            #expect(try await known == 200)
            #expect(try await stranger == "InvalidAccessKeyId")
        }
    }
}
