import Cryptography
import Domain
import NIOCore
import ObjectStore

/// Objects named by the SHA-256 of their bytes, below a repository's namespace.
struct DumpedStore: Sendable {
    let store: any ObjectStore
    let namespace: StorageNamespace

    /// - Returns: the object's id.
    func put(_ bytes: [UInt8]) async throws -> String {
        let id = SHA256.hash(bytes).hex
        try await put(bytes, id: id)
        return id
    }

    /// Writes an object that may be there, whole or cut off by the end of whoever wrote it.
    func put(_ bytes: [UInt8], id: String) async throws {
        let address = try ObjectAddress(namespace, DumpedObject.path(id))
        do {
            _ = try await store.put(address, body: ObjectBody(ByteBuffer(bytes: bytes)))
        } catch  where error.code == .alreadyExists {
            if let found = try await read(address, maxBytes: bytes.count), found == bytes { return }
            try await store.delete(address)
            _ = try await store.put(address, body: ObjectBody(ByteBuffer(bytes: bytes)))
        }
    }

    /// - Throws: `DumpFailure` where it is missing, larger than `maxBytes` or not what its name says.
    func get(_ id: String, maxBytes: Int) async throws -> [UInt8] {
        guard SHA256Digest(hex: id) != nil else { throw DumpFailure("'\(id)' names no part of a dump") }
        let address = try ObjectAddress(namespace, DumpedObject.path(id))
        guard let bytes = try await read(address, maxBytes: maxBytes) else {
            throw DumpFailure("there is no \(id) in the dump's folder below \(namespace)")
        }
        guard SHA256.hash(bytes).hex == id else { throw DumpFailure("\(address) is not what it was written as") }
        return bytes
    }

    /// Nil where it is not there or larger.
    private func read(_ address: ObjectAddress, maxBytes: Int) async throws -> [UInt8]? {
        do {
            let content = try await store.get(address, range: nil)
            defer { content.close() }
            guard content.length <= Int64(maxBytes) else { return nil }
            return Array(try await content.collect(maxBytes: maxBytes).readableBytesView)
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    /// Goes over what is there in the order of the ids.
    func listing(after id: String) -> DumpedListing { DumpedListing(self, after: id) }
}

/// Why a dump cannot be restored; trying again would not help.
struct DumpFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Reads the ids and sizes of what is there, page by page.
struct DumpedListing {
    private let store: DumpedStore
    private var request: ObjectListRequest
    private var isOver = false
    private var page: ArraySlice<(id: String, size: Int64)> = []

    fileprivate init(_ store: DumpedStore, after id: String) {
        self.store = store
        request = ObjectListRequest(store.namespace, path: DumpedObject.folder + "/")
        if !id.isEmpty {
            let below = request.prefix.dropLast(DumpedObject.folder.utf8.count + 1)
            request.after = below + DumpedObject.path(id)
        }
    }

    /// The sizes of those that are there of some, which are in order and behind those of the call before.
    mutating func sizes(of ids: [String]) async throws -> [String: Int64] {
        var sizes: [String: Int64] = [:]
        guard let last = ids.last else { return sizes }
        let wanted = Set(ids)
        while true {
            while let next = page.first, next.id <= last {
                if wanted.contains(next.id) { sizes[next.id] = next.size }
                page.removeFirst()
            }
            guard page.isEmpty, !isOver else { return sizes }
            let found = try await store.store.list(request)
            page =
                found.objects.map { object in
                    (String(object.key.suffix(64)), object.info.size)
                }[...]
            request.after = found.next ?? ""
            isOver = found.next == nil
        }
    }
}
