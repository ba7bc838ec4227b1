import CLinux
import Glibc

/// What an open folder can do.
extension OpenFile {
    /// All names in it.
    func names() throws(ObjectStoreError) -> [String] { try entries().map(\.name) }

    /// The names of its files.
    func fileNames() throws(ObjectStoreError) -> [String] { try entries().filter { !$0.isFolder }.map(\.name) }

    private func entries() throws(ObjectStoreError) -> [(name: String, isFolder: Bool)] {
        let names = try FolderNames(self, prefix: [])
        return (0..<names.count).map { index in
            let key = names.key(index)
            let isFolder = names.isFolder(index)
            return (String(decoding: isFolder ? key.dropLast() : key[...], as: UTF8.self), isFolder)
        }
    }

    /// Removes one of its files if it was last changed before a time. Returns whether it did.
    ///
    /// - Parameter milliseconds: since 1970-01-01T00:00:00Z.
    func removeFile(_ name: String, ifOlderThan milliseconds: Int64) throws(ObjectStoreError) -> Bool {
        var status = stat()
        guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0, let info = ObjectInfo(status),
            info.modified < milliseconds
        else { return false }
        return unlinkat(descriptor, name, 0) == 0
    }
}

extension LocalRoot {
    /// Gives a whole file its address, durably.
    ///
    /// - Throws: `alreadyExists`.
    func rename(_ folder: OpenFile, _ name: String, to path: String) throws(ObjectStoreError) {
        try inFolder(of: path) { (target, targetName) throws(ObjectStoreError) in
            let code = tarn_rename_new(folder.descriptor, name, target.descriptor, targetName)
            guard code == 0 else { throw ObjectStoreError(errno: code, "name an object") }
            try target.synchronise("make an object's name durable")
        }
    }
}
