import Domain
import NIOCore
import Synchronization

@testable import ObjectStore

/// A store in memory, for what the API does with one.
final class MemoryStore: ObjectStore {
    struct Failure: Sendable {
        var put: ObjectStoreError?
        var list: ObjectStoreError?
    }

    let scheme = StorageNamespace.Scheme.local
    let objects = Mutex<[String: ByteBuffer]>([:])
    let failure = Mutex(Failure())

    private static func info(_ bytes: ByteBuffer) -> ObjectInfo {
        ObjectInfo(size: Int64(bytes.readableBytes), modified: 0, etag: "etag")
    }

    private func bytes(_ address: ObjectAddress) throws(ObjectStoreError) -> ByteBuffer {
        guard let bytes = objects.withLock({ $0[address.uri] }) else { throw ObjectStoreError(.notFound, "no object") }
        return bytes
    }

    func put(_ address: ObjectAddress, body: ObjectBody) async throws(ObjectStoreError) -> ObjectInfo {
        if let error = failure.withLock({ $0.put }) { throw error }
        let all = try await Self.collect(body)
        objects.withLock { $0[address.uri] = all }
        return Self.info(all)
    }

    private static func collect(_ body: ObjectBody) async throws(ObjectStoreError) -> ByteBuffer {
        var all = ByteBuffer()
        switch body.source {
        case .bytes(let bytes): all = bytes
        case .stream(let next):
            do {
                while var piece = try await next() { all.writeBuffer(&piece) }
            } catch {
                throw ObjectStoreError(.bodyFailed, "the source failed", cause: error)
            }
        }
        if let length = body.length, length != Int64(all.readableBytes) {
            throw ObjectStoreError(.bodyLength, "another length")
        }
        return all
    }

    func get(_ address: ObjectAddress, range: Range<Int64>?) async throws(ObjectStoreError) -> ObjectContent {
        let bytes = try bytes(address)
        let info = Self.info(bytes)
        let range = range?.clamped(to: 0..<info.size) ?? 0..<info.size
        guard let slice = bytes.getSlice(at: bytes.readerIndex + Int(range.lowerBound), length: range.count) else {
            throw ObjectStoreError(.invalidRange, "no such bytes")
        }
        return ObjectContent(info: info, range: range, reader: MemoryReader(slice))
    }

    func head(_ address: ObjectAddress) async throws(ObjectStoreError) -> ObjectInfo { Self.info(try bytes(address)) }

    func settle(_ address: ObjectAddress) async throws(ObjectStoreError) -> ObjectInfo { try await head(address) }

    func publish(_ address: ObjectAddress, body: ObjectBody) async throws(ObjectStoreError) -> ObjectInfo {
        let all = try await Self.collect(body)
        return try objects.withLock { (objects) throws(ObjectStoreError) in
            guard objects[address.uri] == nil else { throw ObjectStoreError(.alreadyExists, "it is there") }
            objects[address.uri] = all
            return Self.info(all)
        }
    }

    func delete(_ address: ObjectAddress) async throws(ObjectStoreError) {
        objects.withLock { $0[address.uri] = nil }
    }

    func list(_ request: ObjectListRequest) async throws(ObjectStoreError) -> ObjectPage {
        if let error = failure.withLock({ $0.list }) { throw error }
        return ObjectPage()
    }

    func copy(from source: ObjectAddress, to destination: ObjectAddress) async throws(ObjectStoreError) -> ObjectInfo {
        let bytes = try bytes(source)
        objects.withLock { $0[destination.uri] = bytes }
        return Self.info(bytes)
    }

    // MARK: Uploads

    private struct Upload {
        let address: String
        var parts: [String: (number: Int, bytes: ByteBuffer)] = [:]
    }

    private let uploads = Mutex<[UploadID: Upload]>([:])

    private static let noUpload = ObjectStoreError(.uploadNotFound, "no upload")

    private func upload(_ id: UploadID, _ address: ObjectAddress) throws(ObjectStoreError) -> Upload {
        guard let upload = uploads.withLock({ $0[id] }), upload.address == address.uri else { throw Self.noUpload }
        return upload
    }

    func createUpload(_ address: ObjectAddress) async throws(ObjectStoreError) -> UploadID {
        uploads.withLock { uploads in
            let id = UploadID("upload-\(uploads.count + 1)")
            uploads[id] = Upload(address: address.uri)
            return id
        }
    }

    func putPart(
        _ id: UploadID, of address: ObjectAddress, number: Int, body: ObjectBody
    ) async throws(ObjectStoreError) -> UploadedPart {
        _ = try upload(id, address)
        let all = try await Self.collect(body)
        let receipt = AddressMaker.hex(UInt64.random(in: 0 ... .max)) + AddressMaker.hex(UInt64.random(in: 0 ... .max))
        uploads.withLock { $0[id]?.parts[receipt] = (number, all) }
        return UploadedPart(number: number, size: Int64(all.readableBytes), receipt: receipt)
    }

    func copyPart(
        _ id: UploadID, of address: ObjectAddress, number: Int, from source: ObjectAddress, range: Range<Int64>?
    ) async throws(ObjectStoreError) -> UploadedPart { throw Self.unused }

    func parts(of id: UploadID, at address: ObjectAddress) async throws(ObjectStoreError) -> [UploadedPart] {
        try upload(id, address).parts.map { receipt, part in
            UploadedPart(number: part.number, size: Int64(part.bytes.readableBytes), receipt: receipt)
        }
    }

    func completeUpload(
        _ id: UploadID, of address: ObjectAddress, parts: [UploadedPart]
    ) async throws(ObjectStoreError) -> ObjectInfo {
        let upload = try upload(id, address)
        var all = ByteBuffer()
        for part in parts {
            guard var bytes = upload.parts[part.receipt]?.bytes else { throw ObjectStoreError(.invalidPart, "no part") }
            all.writeBuffer(&bytes)
        }
        uploads.withLock { $0[id] = nil }
        objects.withLock { $0[address.uri] = all }
        return Self.info(all)
    }

    func abortUpload(_ id: UploadID, of address: ObjectAddress) async throws(ObjectStoreError) {
        uploads.withLock { $0[id] = nil }
    }

    // MARK: Not used by the API

    private static let unused = ObjectStoreError(.unsupported, "not in tests")

    func uploads(in namespace: StorageNamespace) async throws(ObjectStoreError) -> [PendingUpload] {
        throw Self.unused
    }

    func removeLeftovers(
        in namespace: StorageNamespace, olderThan seconds: Int64
    ) async throws(ObjectStoreError) -> Int { throw Self.unused }

    func presign(
        _ method: PresignedMethod, _ address: ObjectAddress, validSeconds: Int
    ) async throws(ObjectStoreError) -> String? { nil }

    func checkHealth() async throws(ObjectStoreError) {}

    func shutDown() async {}
}

/// Gives the bytes in pieces of seven, as a stream would.
private final class MemoryReader: ObjectReader {
    private let rest: Mutex<ByteBuffer>

    init(_ bytes: ByteBuffer) { rest = Mutex(bytes) }

    var bytes: ByteBuffer? { nil }
    var fileRegion: FileRegion? { nil }

    func next() async throws(ObjectStoreError) -> ByteBuffer? {
        rest.withLock { rest in
            rest.readableBytes == 0 ? nil : rest.readSlice(length: min(7, rest.readableBytes))
        }
    }

    func close() {}
}
