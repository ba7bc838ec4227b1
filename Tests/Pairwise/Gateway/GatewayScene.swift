import Domain
import NIOCore
import ServiceKit
import Synchronization
import TestSupport
import Testing
import Wire

/// A gateway and an index as users run them, their auth played by the test.
struct GatewayScene: Sendable {
    let index: ServiceProcess
    let gateway: ServiceProcess
    let auth: TestHTTPServer
    let store: TemporaryFolder
    let calls: RPCClient

    /// - Parameters:
    ///   - variables: further environment of the gateway, such as another store's.
    ///   - database: of the index; nil for a fresh one of the cluster that all tests share.
    static func run(
        _ variables: [String: String] = [:], database: String? = nil, _ body: (GatewayScene) async throws -> Void
    ) async throws {
        let auth = try await KnownKey.startAuth()
        let store = try TemporaryFolder()
        let index =
            if let database { try RealServices.index(database: database) } else { try await RealServices.index() }
        let gateway = try RealServices.gateway(
            index: index.address, auth: "127.0.0.1:\(auth.port)", store: store, variables)
        // A client that finds nobody waits before it looks again.
        try await index.start()
        let calls = TestRPC.client(
            of: .index, at: [try SocketAddress(ipAddress: "127.0.0.1", port: index.internalPort)],
            as: .api, credential: ServiceCredentials.credential(of: .api))
        let scene = GatewayScene(index: index, gateway: gateway, auth: auth, store: store, calls: calls)
        do {
            try await gateway.start()
            try await body(scene)
        } catch {
            await scene.stop()
            throw error
        }
        await scene.stop()
    }

    private func stop() async {
        gateway.kill()
        index.kill()
        await calls.shutdown(drain: .zero)
        await auth.server.shutdown(drain: .zero)
    }

    /// Another gateway over the same index and store.
    func anotherGateway() async throws -> ServiceProcess {
        let other = try RealServices.gateway(index: index.address, auth: "127.0.0.1:\(auth.port)", store: store)
        try await other.start()
        return other
    }

    var client: S3TestClient {
        get throws { S3TestClient(port: try #require(gateway.publicPort)) }
    }

    // MARK: What the gateway itself cannot do

    func call<Method: RPCMethod>(_ method: Method.Type, _ request: Method.Request) async throws -> Method.Response {
        try await calls.call(method, request, .test(principal: Principal(userID: KnownKey.userID)))
    }

    func makeRepository(_ name: String = "repo", namespace: String? = nil) async throws {
        _ = try await call(
            CreateRepository.self,
            CreateRepository.Request(
                name: try RepositoryName(name), storageNamespace: try StorageNamespace(namespace ?? "local://\(name)"),
                defaultBranch: try BranchName("main")))
    }

    func makeBranch(_ name: String, from source: String = "main") async throws {
        _ = try await call(
            CreateBranch.self,
            CreateBranch.Request(
                repository: try RepositoryName("repo"), name: try BranchName(name),
                source: try RefExpression(source)))
    }

    @discardableResult
    func commit(_ branch: String = "main") async throws -> String {
        try await call(
            CreateCommit.self,
            CreateCommit.Request(
                repository: try RepositoryName("repo"), branch: try BranchName(branch), message: "m")
        ).id.string
    }

    /// Asks until the gateway finds its peers again.
    func waitUntilServing() async throws {
        for _ in 0..<150 {
            if try await client.send("HEAD", "/repo").status == 200 { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("the gateway does not find its peers again")
    }

    /// The entry that the index itself answers for a path of `repo`.
    func entry(_ path: String, at reference: String = "main") async throws -> LocatedEntry {
        try await call(
            GetObject.self,
            GetObject.Request(
                repository: try RepositoryName("repo"), reference: try RefExpression(reference),
                path: try ObjectKey(path)))
    }

    func keys(_ prefix: String = "main%2F") async throws -> [String] {
        try await client.get("/repo?list-type=2&prefix=\(prefix)").elements("Key")
    }

    /// Writes with several clients while `fault` happens and until half a second after, and reads what was acknowledged.
    func writeThrough(_ fault: () async throws -> Void) async throws {
        let end = Flag()
        let client = try client
        let acknowledged = try await withThrowingTaskGroup(of: [Int].self) { group in
            for writer in 0..<4 {
                group.addTask {
                    var acknowledged: [Int] = []
                    var id = writer * 1_000_000
                    while !end.isSet.load(ordering: .relaxed) {
                        let put = try await client.put("/repo/main/object-\(id)", Array("content \(id)".utf8))
                        #expect(put.status == 200 || put.code == "ServiceUnavailable")
                        if put.status == 200 { acknowledged.append(id) }
                        id += 1
                    }
                    return acknowledged
                }
            }
            do {
                try await fault()
                try await waitUntilServing()
                try await Task.sleep(for: .milliseconds(500))
            } catch {
                end.isSet.store(true, ordering: .relaxed)
                throw error
            }
            end.isSet.store(true, ordering: .relaxed)
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(!acknowledged.isEmpty)
        for id in acknowledged {
            #expect(try await client.get("/repo/main/object-\(id)").text == "content \(id)")
        }
    }
}

private final class Flag: Sendable {
    let isSet = Atomic(false)
}
