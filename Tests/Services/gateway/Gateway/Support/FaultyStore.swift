import Domain
import ObjectStore
import Synchronization

/// Where a store is to fail.
final class StoreFaults: Sendable {
    enum Point: Hashable {
        case put, get, createUpload, putPart, completeUpload, abortUpload, copy
    }

    private let codes = Mutex<[Point: ObjectStoreError.Code]>([:])

    /// Fails every call from now on; nil ends that.
    func fail(_ point: Point, _ code: ObjectStoreError.Code?) { codes.withLock { $0[point] = code } }

    func check(_ point: Point) throws(ObjectStoreError) {
        if let code = codes.withLock({ $0[point] }) { throw ObjectStoreError(code, "told to fail") }
    }
}

/// A store that fails where it is told to.
struct FaultyStore: ObjectStore {
    private let store: any ObjectStore
    private let faults: StoreFaults

    init(_ store: any ObjectStore, _ faults: StoreFaults) {
        self.store = store
        self.faults = faults
    }

    private func check(_ point: StoreFaults.Point) throws(ObjectStoreError) { try faults.check(point) }

    var scheme: StorageNamespace.Scheme { store.scheme }

    func put(_ address: ObjectAddress, body: ObjectBody) async throws(ObjectStoreError) -> ObjectInfo {
        try check(.put)
        return try await store.put(address, body: body)
    }

    func get(_ address: ObjectAddress, range: Range<Int64>?) async throws(ObjectStoreError) -> ObjectContent {
        try check(.get)
        return try await store.get(address, range: range)
    }

    func head(_ address: ObjectAddress) async throws(ObjectStoreError) -> ObjectInfo { try await store.head(address) }

    func settle(_ address: ObjectAddress) async throws(ObjectStoreError) -> ObjectInfo {
        try await store.settle(address)
    }

    func publish(_ address: ObjectAddress, body: ObjectBody) async throws(ObjectStoreError) -> ObjectInfo {
        try await store.publish(address, body: body)
    }

    func parts(of upload: UploadID, at address: ObjectAddress) async throws(ObjectStoreError) -> [UploadedPart] {
        try await store.parts(of: upload, at: address)
    }

    func delete(_ address: ObjectAddress) async throws(ObjectStoreError) { try await store.delete(address) }

    func list(_ request: ObjectListRequest) async throws(ObjectStoreError) -> ObjectPage {
        try await store.list(request)
    }

    func copy(from source: ObjectAddress, to target: ObjectAddress) async throws(ObjectStoreError) -> ObjectInfo {
        try check(.copy)
        return try await store.copy(from: source, to: target)
    }

    func createUpload(_ address: ObjectAddress) async throws(ObjectStoreError) -> UploadID {
        try check(.createUpload)
        return try await store.createUpload(address)
    }

    func putPart(
        _ upload: UploadID, of address: ObjectAddress, number: Int, body: ObjectBody
    ) async throws(ObjectStoreError) -> UploadedPart {
        try check(.putPart)
        return try await store.putPart(upload, of: address, number: number, body: body)
    }

    func copyPart(
        _ upload: UploadID, of address: ObjectAddress, number: Int, from source: ObjectAddress, range: Range<Int64>?
    ) async throws(ObjectStoreError) -> UploadedPart {
        try check(.copy)
        return try await store.copyPart(upload, of: address, number: number, from: source, range: range)
    }

    func completeUpload(
        _ upload: UploadID, of address: ObjectAddress, parts: [UploadedPart]
    ) async throws(ObjectStoreError) -> ObjectInfo {
        try check(.completeUpload)
        return try await store.completeUpload(upload, of: address, parts: parts)
    }

    func abortUpload(_ upload: UploadID, of address: ObjectAddress) async throws(ObjectStoreError) {
        try check(.abortUpload)
        try await store.abortUpload(upload, of: address)
    }

    func uploads(in namespace: StorageNamespace) async throws(ObjectStoreError) -> [PendingUpload] {
        try await store.uploads(in: namespace)
    }

    func removeLeftovers(in namespace: StorageNamespace, olderThan seconds: Int64) async throws(ObjectStoreError) -> Int
    {
        try await store.removeLeftovers(in: namespace, olderThan: seconds)
    }

    func presign(
        _ method: PresignedMethod, _ address: ObjectAddress, validSeconds: Int
    ) async throws(ObjectStoreError) -> String? {
        try await store.presign(method, address, validSeconds: validSeconds)
    }

    func checkHealth() async throws(ObjectStoreError) { try await store.checkHealth() }

    func shutDown() async { await store.shutDown() }
}
