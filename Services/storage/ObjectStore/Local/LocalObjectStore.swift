import CLinux
package import Domain
import Glibc
import NIOCore

/// Objects as files below a root folder: `local://bucket/key` is `root/bucket/key`.
///
/// No name leads outside the root: the kernel resolves every path below it and follows no link (`openat2`).
package final class LocalObjectStore: ObjectStore {
    /// Up to which size an object is read at once when it is opened.
    static let maxSmallBytes: Int64 = 65_536

    let root: LocalRoot
    let pool: BlockingPool
    let listings = ListingCache()

    /// - Throws: `misconfigured` where the root cannot be used.
    package init(_ configuration: LocalStoreConfiguration) throws(ObjectStoreError) {
        root = try LocalRoot(path: configuration.root)
        pool = BlockingPool(threads: max(1, configuration.threads))
    }

    package var scheme: StorageNamespace.Scheme { .local }

    package func put(_ address: ObjectAddress, body: ObjectBody) async throws(ObjectStoreError) -> ObjectInfo {
        try await FileWriter.write(body, to: try path(address), in: root, on: pool)
    }

    package func get(_ address: ObjectAddress, range: Range<Int64>?) async throws(ObjectStoreError) -> ObjectContent {
        let path = try path(address)
        // What is in memory is read at once, where the caller runs; only the disk is worth a thread.
        if let file = try root.openFile(path, cachedOnly: true), let content = try open(file, range, cachedOnly: true) {
            return content
        }
        return try await pool.run { [self] () throws(ObjectStoreError) in
            guard let file = try root.openFile(path), let content = try open(file, range, cachedOnly: false) else {
                throw ObjectStoreError(.failed, "an object that is open cannot be read")
            }
            return content
        }
    }

    private func open(
        _ file: OpenFile, _ range: Range<Int64>?, cachedOnly: Bool
    ) throws(ObjectStoreError) -> ObjectContent? {
        let info = try file.info()
        let wanted = try info.clip(range)
        let count = wanted.upperBound - wanted.lowerBound
        if count <= Self.maxSmallBytes {
            guard
                let bytes = count == 0
                    ? ByteBuffer()
                    : try FileReader.read(file.descriptor, Int(count), at: wanted.lowerBound, cachedOnly: cachedOnly),
                bytes.readableBytes == Int(count)
            else { return nil }
            return ObjectContent(info: info, range: wanted, reader: BytesReader(bytes))
        }
        let descriptor = fcntl(file.descriptor, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { throw ObjectStoreError(errno: errno, "open an object") }
        return ObjectContent(info: info, range: wanted, reader: FileReader(descriptor, wanted, pool))
    }

    package func head(_ address: ObjectAddress) async throws(ObjectStoreError) -> ObjectInfo {
        let path = try path(address)
        if let file = try root.openFile(path, cachedOnly: true) { return try file.info() }
        return try await pool.run { [root] () throws(ObjectStoreError) in
            guard let file = try root.openFile(path) else { throw ObjectStoreError(.notFound, "no such object") }
            return try file.info()
        }
    }

    package func settle(_ address: ObjectAddress) async throws(ObjectStoreError) -> ObjectInfo {
        let path = try path(address)
        return try await pool.run { [root] () throws(ObjectStoreError) in
            guard let file = try root.openFile(path) else { throw ObjectStoreError(.notFound, "no such object") }
            let info = try file.info()
            try file.synchronise("make an object durable")
            var folder = path
            while let slash = folder.lastIndex(of: "/") {
                folder = String(folder[..<slash])
                try root.openFolder(folder).synchronise("make a folder durable")
            }
            return info
        }
    }

    package func publish(_ address: ObjectAddress, body: ObjectBody) async throws(ObjectStoreError) -> ObjectInfo {
        let target = try path(address)
        let folder = "\(address.bucket)/\(LocalNames.incoming)"
        let name = LocalNames.gathering + LocalNames.random()
        let info = try await FileWriter.write(body, to: "\(folder)/\(name)", in: root, on: pool)
        return try await pool.run { [root] () throws(ObjectStoreError) in
            let incoming = try root.openFolder(folder)
            do throws(ObjectStoreError) { try root.rename(incoming, name, to: target) } catch {
                unlinkat(incoming.descriptor, name, 0)
                throw error
            }
            return info
        }
    }

    package func delete(_ address: ObjectAddress) async throws(ObjectStoreError) {
        let path = try path(address)
        try await pool.run { [root] () throws(ObjectStoreError) in
            guard try root.removeFile(path) else { return }
            if let slash = path.lastIndex(of: "/") { root.removeEmptyFolders(from: String(path[..<slash])) }
        }
    }

    package func copy(from source: ObjectAddress, to target: ObjectAddress) async throws(ObjectStoreError) -> ObjectInfo
    {
        let (sourcePath, targetPath) = (try path(source), try path(target))
        return try await pool.run { [root] () throws(ObjectStoreError) in
            try root.copyFile(sourcePath, range: nil, to: targetPath)
        }
    }

    package func list(_ request: ObjectListRequest) async throws(ObjectStoreError) -> ObjectPage {
        guard request.scheme == .local else { throw Self.foreign }
        return try await pool.run { [self] () throws(ObjectStoreError) in try listings.page(request, in: root) }
    }

    package func presign(
        _ method: PresignedMethod, _ address: ObjectAddress, validSeconds: Int
    ) async throws(ObjectStoreError) -> String? { nil }

    package func checkHealth() async throws(ObjectStoreError) {
        try await pool.run { [root] () throws(ObjectStoreError) in
            do throws(ObjectStoreError) { _ = try root.openFolder("") } catch {
                throw ObjectStoreError(.unavailable, "the local store's folder cannot be opened", cause: error)
            }
        }
    }

    package func shutDown() async { await pool.shutDown() }

    func path(_ address: ObjectAddress) throws(ObjectStoreError) -> String {
        guard address.scheme == .local else { throw Self.foreign }
        return address.bucket + "/" + address.key
    }

    static var foreign: ObjectStoreError {
        ObjectStoreError(.invalidAddress, "this process has a local store, which serves local:// only")
    }
}

extension LocalRoot {
    /// Copies a file, or a range of it, to a new one that is durable when this returns.
    func copyFile(_ source: String, range: Range<Int64>?, to target: String) throws(ObjectStoreError) -> ObjectInfo {
        guard let from = try openFile(source) else { throw ObjectStoreError(.notFound, "no such object") }
        let info = try from.info()
        let range = try info.clip(range)
        let (file, folder, name) = try createFile(target)
        do throws(ObjectStoreError) {
            if lseek(from.descriptor, off_t(range.lowerBound), SEEK_SET) < 0 {
                throw ObjectStoreError(errno: errno, "copy an object")
            }
            try FileCopier.copy(from, range.upperBound - range.lowerBound, to: file)
            try file.synchronise("make an object durable")
            try folder.synchronise("make an object's name durable")
            return try file.info()
        } catch {
            unlinkat(folder.descriptor, name, 0)
            throw error
        }
    }
}
