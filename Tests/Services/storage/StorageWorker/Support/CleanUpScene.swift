import Domain
import Logging
import NIOCore
import ObjectStore
import StorageWorker
import Synchronization
import TestSupport

/// A real local store, a fake index and a clock that tests move.
final class CleanUpScene: Sendable {
    static let start: Int64 = 1_800_000_000
    static let hour: Int64 = 3_600

    let folder: TemporaryFolder
    let store: LocalObjectStore
    let namespace: StorageNamespace
    let index: FakeIndex
    let worker: Worker

    private init() throws {
        folder = try TemporaryFolder()
        store = try LocalObjectStore(LocalStoreConfiguration(root: folder.path))
        namespace = try StorageNamespace("local://lake")
        let index = try FakeIndex(namespace: namespace, seconds: Self.start)
        self.index = index
        var configuration = WorkerConfiguration()
        configuration.pollSeconds = 0
        worker = Worker(
            index: index.client, store: store, configuration: configuration, logger: Logger(label: "test"),
            now: { index.state.withLock { $0.seconds } * 1_000 })
    }

    static func with(_ body: (CleanUpScene) async throws -> Void) async throws {
        let scene = try CleanUpScene()
        try await body(scene)
        await scene.store.shutDown()
    }

    /// Writes an object as it would have been written so many hours ago.
    func write(hoursAgo: Int64, isReferenced: Bool) async throws -> String {
        let seconds = index.state.withLock { $0.seconds }
        let address = AddressMaker.make(at: (seconds - hoursAgo * Self.hour) * 1_000)
        _ = try await store.put(try ObjectAddress(namespace, address), body: ObjectBody(ByteBuffer(string: address)))
        if isReferenced { _ = index.state.withLock { $0.referenced.insert(address) } }
        return address
    }

    func exists(_ address: String) async throws -> Bool {
        do {
            _ = try await store.head(try ObjectAddress(namespace, address))
            return true
        } catch  where error.code == .notFound {
            return false
        }
    }

    func wait(hours: Int64) { index.state.withLock { $0.seconds += hours * Self.hour } }
}
