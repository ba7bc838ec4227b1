import Database
import Domain
import Glibc
import NIOCore
import ObjectStore
import ServiceKit
import TestSupport
import Testing
import Wire

/// A storage worker and an index as users run them, over a store that the test writes to as a gateway would.
///
/// Time is moved in the index's database, whose clock decides what is due: the test ages marks and ends leases.
struct StorageScene: Sendable {
    let index: ServiceProcess
    let worker: ServiceProcess
    let store: any ObjectStore
    let folder: TemporaryFolder
    let calls: RPCClient
    let clock: IndexClock
    let repository: Repository

    /// - Parameters:
    ///   - namespace: of the one repository.
    ///   - variables: further environment of the worker, such as another store's.
    ///   - workers: what is different for the worker, which may reach the store by a worse way than the test.
    static func run(
        namespace: String = "local://lake", _ variables: [String: String] = [:], worker workers: [String: String] = [:],
        _ body: (StorageScene) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let address = try await PostgresCluster.shared().freshDatabase()
        let index = try RealServices.index(database: address)
        let worker = try RealServices.storage(index: index.address, store: folder, variables.merging(workers) { $1 })
        let store = try ObjectStores.open(
            ObjectStoreConfiguration(
                Environment(
                    ["TARN_STORE": "local", "TARN_STORE_LOCAL_PATH": folder.path].merging(variables) { $1 })))
        // A client that finds nobody waits before it looks again.
        try await index.start()
        let calls = TestRPC.client(
            of: .index, at: [try SocketAddress(ipAddress: "127.0.0.1", port: index.internalPort)],
            as: .api, credential: ServiceCredentials.credential(of: .api))
        let clock = try IndexClock(address)
        let outcome: Result<Void, any Error>
        do {
            let repository = try await calls.call(
                CreateRepository.self,
                CreateRepository.Request(
                    name: try RepositoryName("lake"), storageNamespace: try StorageNamespace(namespace),
                    defaultBranch: try BranchName("main")), .test(principal: Principal(userID: KnownKey.userID)))
            try await worker.start()
            try await body(
                StorageScene(
                    index: index, worker: worker, store: store, folder: folder, calls: calls, clock: clock,
                    repository: repository))
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        worker.kill()
        index.kill()
        await calls.shutdown(drain: .zero)
        await clock.close()
        await store.shutDown()
        try outcome.get()
    }

    /// Another worker on the same index and store, not started.
    func anotherWorker() throws -> ServiceProcess { try RealServices.storage(index: index.address, store: folder) }

    func call<Method: RPCMethod>(_ method: Method.Type, _ request: Method.Request) async throws -> Method.Response {
        try await calls.call(method, request, .test(principal: Principal(userID: KnownKey.userID)))
    }

    // MARK: Objects

    /// An address as it was made so many hours ago.
    func address(hoursAgo: Int64) -> String {
        AddressMaker.make(at: (Int64(time(nil)) - hoursAgo * 3_600) * 1_000)
    }

    /// Writes bytes as they were written so many hours ago, and stages nothing.
    func write(hoursAgo: Int64) async throws -> String {
        let address = address(hoursAgo: hoursAgo)
        _ = try await store.put(place(address), body: ObjectBody(ByteBuffer(string: address)))
        return address
    }

    func stage(_ address: String, at path: String) async throws {
        let entry = Entry(address: .relative(address), size: Int64(address.utf8.count), checksum: "c", modified: 0)
        _ = try await call(
            StageObject.self,
            StageObject.Request(
                repository: repository.name, repositoryID: repository.id, branch: try BranchName("main"),
                path: try ObjectKey(path), entry: entry))
    }

    func commit() async throws {
        _ = try await call(
            CreateCommit.self,
            CreateCommit.Request(repository: repository.name, branch: try BranchName("main"), message: "m"))
    }

    /// Begins an upload in the store, and records it in the index unless told not to.
    func beginUpload(hoursAgo: Int64, isRecorded: Bool = true) async throws -> UploadID {
        let address = address(hoursAgo: hoursAgo)
        let upload = try await store.createUpload(place(address))
        guard isRecorded else { return upload }
        _ = try await call(
            CreateUpload.self,
            CreateUpload.Request(
                repository: repository.name, repositoryID: repository.id, branch: try BranchName("main"),
                path: try ObjectKey("upload"), physicalAddress: address, storeUploadID: upload.string, contentType: "",
                userMetadata: [:], attributes: [:]))
        return upload
    }

    func place(_ address: String) throws -> ObjectAddress { try ObjectAddress(repository.storageNamespace, address) }

    /// Those of some addresses that have their bytes.
    func present(_ addresses: [String]) async throws -> [String] {
        var found: [String] = []
        for address in addresses {
            do {
                let content = try await store.get(try place(address), range: nil)
                var bytes = ByteBuffer()
                while var piece = try await content.next() { bytes.writeBuffer(&piece) }
                content.close()
                #expect(String(buffer: bytes) == address)
                found.append(address)
            } catch let error as ObjectStoreError where error.code == .notFound {
                continue
            }
        }
        return found
    }
}
