import CLinux
package import Domain
import Glibc
import NIOCore

/// Multipart uploads: a folder for each, a file for each part, joined into a new file on completion.
///
/// A part written twice is two files, told apart by their receipts, so that nothing is ever overwritten. The joined file gets its
/// address by a rename, hence an object at the address of an upload is always whole.
extension LocalObjectStore {
    package func createUpload(_ address: ObjectAddress) async throws(ObjectStoreError) -> UploadID {
        _ = try path(address)
        let upload = UploadID(LocalNames.random())
        let path = LocalNames.uploadFolder(bucket: address.bucket, upload) + "/" + LocalNames.uploadKey
        _ = try await FileWriter.write(ObjectBody(ByteBuffer(string: address.key)), to: path, in: root, on: pool)
        return upload
    }

    package func putPart(
        _ upload: UploadID, of address: ObjectAddress, number: Int, body: ObjectBody
    ) async throws(ObjectStoreError) -> UploadedPart {
        let (folder, receipt) = (try uploadFolder(upload, of: address), LocalNames.random())
        try Self.check(number)
        try await pool.run { [self] () throws(ObjectStoreError) in try requireUpload(folder, address) }
        let path = folder + "/" + LocalNames.part(number, receipt)
        let info = try await FileWriter.write(body, to: path, in: root, on: pool)
        return UploadedPart(number: number, size: info.size, receipt: receipt)
    }

    package func copyPart(
        _ upload: UploadID, of address: ObjectAddress, number: Int, from source: ObjectAddress, range: Range<Int64>?
    ) async throws(ObjectStoreError) -> UploadedPart {
        let (folder, receipt) = (try uploadFolder(upload, of: address), LocalNames.random())
        let sourcePath = try path(source)
        try Self.check(number)
        let info = try await pool.run { [self] () throws(ObjectStoreError) in
            try requireUpload(folder, address)
            return try root.copyFile(sourcePath, range: range, to: folder + "/" + LocalNames.part(number, receipt))
        }
        return UploadedPart(number: number, size: info.size, receipt: receipt)
    }

    package func parts(
        of upload: UploadID, at address: ObjectAddress
    ) async throws(ObjectStoreError) -> [UploadedPart] {
        let path = try uploadFolder(upload, of: address)
        return try await pool.run { [self] () throws(ObjectStoreError) in
            try requireUpload(path, address)
            var parts: [UploadedPart] = []
            for name in try root.openFolder(path).fileNames() {
                guard let (number, receipt) = LocalNames.part(name), let file = try root.openFile(path + "/" + name)
                else { continue }
                parts.append(UploadedPart(number: number, size: try file.info().size, receipt: receipt))
            }
            return parts.sorted { $0.number < $1.number }
        }
    }

    package func completeUpload(
        _ upload: UploadID, of address: ObjectAddress, parts: [UploadedPart]
    ) async throws(ObjectStoreError) -> ObjectInfo {
        let (folder, target) = (try uploadFolder(upload, of: address), try path(address))
        try UploadedPart.checkOrder(parts)
        return try await pool.run { [self] () throws(ObjectStoreError) in
            do throws(ObjectStoreError) {
                try requireUpload(folder, address)
                try join(parts, in: folder, to: target)
            } catch  where error.code == .uploadNotFound || error.code == .invalidPart || error.code == .alreadyExists {
                // Perhaps this is the repetition of a completion that succeeded and removed the parts.
                guard let info = try? root.openFile(target)?.info(), info.size == parts.reduce(0, { $0 + $1.size })
                else {
                    throw error
                }
            }
            removeUpload(folder)
            guard let info = try root.openFile(target)?.info() else { throw Self.noUpload }
            return info
        }
    }

    package func abortUpload(_ upload: UploadID, of address: ObjectAddress) async throws(ObjectStoreError) {
        let folder = try uploadFolder(upload, of: address)
        try await pool.run { [self] () throws(ObjectStoreError) in removeUpload(folder) }
    }

    package func uploads(in namespace: StorageNamespace) async throws(ObjectStoreError) -> [PendingUpload] {
        guard namespace.scheme == .local else { throw Self.foreign }
        return try await pool.run { [self] () throws(ObjectStoreError) in
            var uploads: [PendingUpload] = []
            for id in try uploadIDs(bucket: namespace.bucket) {
                let folder = LocalNames.uploadFolder(bucket: namespace.bucket, id)
                guard let (key, info) = try uploadKey(in: folder),
                    namespace.prefix.isEmpty || key.hasPrefix(namespace.prefix + "/"),
                    let address = try? ObjectAddress(scheme: .local, bucket: namespace.bucket, key: key)
                else { continue }
                uploads.append(PendingUpload(address: address, upload: id, begun: info.modified))
            }
            return uploads
        }
    }

    package func removeLeftovers(
        in namespace: StorageNamespace, olderThan seconds: Int64
    ) async throws(ObjectStoreError) -> Int {
        guard namespace.scheme == .local else { throw Self.foreign }
        let oldest = (Int64(time(nil)) - seconds) * 1_000
        return try await pool.run { [self] () throws(ObjectStoreError) in
            var removed = 0
            for id in try uploadIDs(bucket: namespace.bucket) {
                let path = LocalNames.uploadFolder(bucket: namespace.bucket, id)
                // Without its key nobody ever got to know the upload's id.
                let isNameless = try uploadKey(in: path) == nil
                guard let folder = try? root.openFolder(path) else { continue }
                for name in try folder.fileNames() where isNameless || name.hasPrefix(LocalNames.gathering) {
                    guard try folder.removeFile(name, ifOlderThan: oldest) else { continue }
                    removed += 1
                }
                if isNameless { root.removeEmptyFolders(from: path) }
            }
            return removed
        }
    }
}

extension LocalObjectStore {
    static var noUpload: ObjectStoreError { ObjectStoreError(.uploadNotFound, "no such upload") }

    static func check(_ number: Int) throws(ObjectStoreError) {
        guard (1...UploadedPart.maxNumber).contains(number) else {
            throw ObjectStoreError(.invalidPart, "a part's number is 1 to \(UploadedPart.maxNumber)")
        }
    }

    private func uploadFolder(_ upload: UploadID, of address: ObjectAddress) throws(ObjectStoreError) -> String {
        _ = try path(address)
        guard LocalNames.isRandom(upload.string) else { throw Self.noUpload }
        return LocalNames.uploadFolder(bucket: address.bucket, upload)
    }

    /// The key an upload is for, if the upload is there.
    private func uploadKey(in folder: String) throws(ObjectStoreError) -> (key: String, info: ObjectInfo)? {
        do throws(ObjectStoreError) {
            guard let file = try root.openFile(folder + "/" + LocalNames.uploadKey) else { return nil }
            let info = try file.info()
            guard info.size > 0, info.size <= Int64(ObjectAddress.maxKeyBytes),
                let bytes = try FileReader.read(file.descriptor, Int(info.size), at: 0, cachedOnly: false)
            else { return nil }
            return (String(decoding: bytes.readableBytesView, as: UTF8.self), info)
        } catch  where error.code == .notFound {
            return nil
        }
    }

    private func requireUpload(_ folder: String, _ address: ObjectAddress) throws(ObjectStoreError) {
        guard try uploadKey(in: folder)?.key == address.key else { throw Self.noUpload }
    }

    private func join(_ parts: [UploadedPart], in folder: String, to target: String) throws(ObjectStoreError) {
        let (whole, uploadFolder, name) = try root.createFile(folder + "/" + LocalNames.gathering + LocalNames.random())
        do throws(ObjectStoreError) {
            for part in parts {
                guard LocalNames.isRandom(part.receipt) else { throw ObjectStoreError(.invalidPart, "no such part") }
                let file: OpenFile?
                do throws(ObjectStoreError) {
                    file = try root.openFile(folder + "/" + LocalNames.part(part.number, part.receipt))
                } catch
                    where error.code == .notFound
                {
                    throw ObjectStoreError(.invalidPart, "part \(part.number) is not there")
                }
                guard let file, try file.info().size == part.size else {
                    throw ObjectStoreError(.invalidPart, "part \(part.number) is not as its receipt says")
                }
                try FileCopier.copy(file, part.size, to: whole)
            }
            try whole.synchronise("make an object durable")
            try root.rename(uploadFolder, name, to: target)
        } catch {
            unlinkat(uploadFolder.descriptor, name, 0)
            throw error
        }
    }

    private func removeUpload(_ path: String) {
        guard let folder = try? root.openFolder(path) else { return }
        // The key goes last: until then the upload can be found, and removed again.
        for name in (try? folder.fileNames()) ?? [] where name != LocalNames.uploadKey {
            unlinkat(folder.descriptor, name, 0)
        }
        unlinkat(folder.descriptor, LocalNames.uploadKey, 0)
        root.removeEmptyFolders(from: path)
    }

    private func uploadIDs(bucket: String) throws(ObjectStoreError) -> [UploadID] {
        do throws(ObjectStoreError) {
            return try root.openFolder("\(bucket)/\(LocalNames.uploads)").names().filter(LocalNames.isRandom).map(
                UploadID.init)
        } catch  where error.code == .notFound {
            return []
        }
    }
}

extension UploadedPart {
    /// - Throws: `invalidPart` where there is none, or numbers are out of range or do not ascend.
    static func checkOrder(_ parts: [UploadedPart]) throws(ObjectStoreError) {
        guard let first = parts.first, let last = parts.last, first.number >= 1, last.number <= maxNumber,
            zip(parts, parts.dropFirst()).allSatisfy({ $0.number < $1.number })
        else {
            throw ObjectStoreError(.invalidPart, "the parts' numbers must ascend, from 1 to at most \(maxNumber)")
        }
    }
}
