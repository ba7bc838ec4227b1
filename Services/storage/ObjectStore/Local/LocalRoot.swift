import CLinux
import Glibc
import Synchronization

/// A local store's root folder: every path is resolved below it by the kernel, without following a link.
final class LocalRoot: Sendable {
    private static let fileMode: mode_t = 0o600
    private static let folderMode: mode_t = 0o700
    /// How often a folder is made again that somebody removes.
    private static let maxAttempts = 32
    /// How many folders are kept open for writing.
    private static let maxOpenFolders = 256

    let folder: OpenFile
    private let openFolders = Mutex<[String: OpenFile]>([:])

    /// Opens the root, making it if it is not there.
    ///
    /// - Throws: `misconfigured` where it cannot be made, or where the kernel cannot keep paths below it (Linux before 5.6).
    init(path: String) throws(ObjectStoreError) {
        guard path.utf8.first == UInt8(ascii: "/") else {
            throw ObjectStoreError(.misconfigured, "the local store's path is not absolute")
        }
        var made = ""
        for element in path.split(separator: "/") {
            made += "/" + element
            if mkdir(made, Self.folderMode) == 0 { try Self.synchroniseParent(of: made) }
        }
        let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ObjectStoreError(.misconfigured, "the local store's folder: \(String(cString: strerror(errno)))")
        }
        folder = OpenFile(descriptor)
        let probe = tarn_open_beneath(descriptor, ".", O_RDONLY | O_DIRECTORY, 0, 0)
        guard probe >= 0 else {
            throw ObjectStoreError(
                .misconfigured, "the local store needs openat2 (Linux 5.6): \(String(cString: strerror(-probe)))")
        }
        close(probe)
    }

    private static func synchroniseParent(of path: String) throws(ObjectStoreError) {
        let parent = path.lastIndex(of: "/").map { path[..<$0] } ?? ""
        let descriptor = Glibc.open(parent.isEmpty ? "/" : String(parent), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ObjectStoreError(errno: errno, "open a folder") }
        try OpenFile(descriptor).synchronise("make a folder durable")
    }

    /// Opens a file for reading.
    ///
    /// - Parameter cachedOnly: answer `nil` rather than wait for the disk.
    func openFile(_ path: String, cachedOnly: Bool = false) throws(ObjectStoreError) -> OpenFile? {
        // Not to wait for the other end of a named pipe.
        let descriptor = tarn_open_beneath(folder.descriptor, path, O_RDONLY | O_NONBLOCK, 0, cachedOnly ? 1 : 0)
        // An older kernel does not know the flag, a newer one would have to ask the disk.
        if cachedOnly, descriptor == -EAGAIN || descriptor == -EINVAL { return nil }
        guard descriptor >= 0 else { throw ObjectStoreError(errno: descriptor, "open an object") }
        return OpenFile(descriptor)
    }

    /// Opens a folder that is there.
    func openFolder(_ path: String) throws(ObjectStoreError) -> OpenFile {
        let descriptor = tarn_open_beneath(folder.descriptor, path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY, 0, 0)
        guard descriptor >= 0 else { throw ObjectStoreError(errno: descriptor, "open a folder") }
        return OpenFile(descriptor)
    }

    /// The folder of a path that is about to be written, made durable with all its parents, and the path's last element.
    func folderForWriting(_ path: String) throws(ObjectStoreError) -> (folder: OpenFile, path: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (folder, "", path) }
        let parent = String(path[..<slash])
        return (try folderForWriting(at: parent), parent, String(path[path.utf8.index(after: slash)...]))
    }

    private func folderForWriting(at path: String) throws(ObjectStoreError) -> OpenFile {
        if let open = openFolders.withLock({ $0[path] }) { return open }
        let (above, name) = try { () throws(ObjectStoreError) -> (OpenFile, String) in
            let (above, _, name) = try folderForWriting(path)
            return (above, name)
        }()
        if mkdirat(above.descriptor, name, Self.folderMode) < 0, errno != EEXIST {
            throw ObjectStoreError(errno: errno, "make a folder")
        }
        let own = try openFolder(path)
        // Also where another process made it, which may not have come this far.
        try above.synchronise("make a folder durable")
        openFolders.withLock { folders in
            if folders.count >= Self.maxOpenFolders { folders.removeAll(keepingCapacity: true) }
            folders[path] = own
        }
        return own
    }

    /// Makes a new file in a folder that is made for it. Returns both.
    ///
    /// - Throws: `alreadyExists`.
    func createFile(_ path: String) throws(ObjectStoreError) -> (file: OpenFile, folder: OpenFile, name: String) {
        try inFolder(of: path) { (folder, name) throws(ObjectStoreError) in
            let descriptor = openat(
                folder.descriptor, name, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, Self.fileMode)
            guard descriptor >= 0 else { throw ObjectStoreError(errno: errno, "make an object") }
            return (OpenFile(descriptor), folder, name)
        }
    }

    /// Does something in the folder of a path that is about to be written, again where clean-up removed the folder meanwhile, empty
    /// as it was.
    func inFolder<Result>(
        of path: String, _ work: (OpenFile, String) throws(ObjectStoreError) -> Result
    ) throws(ObjectStoreError) -> Result {
        var attempts = 0
        while true {
            do throws(ObjectStoreError) {
                let (folder, _, name) = try folderForWriting(path)
                return try work(folder, name)
            } catch  where error.code == .notFound && attempts < Self.maxAttempts {
                attempts += 1
                forget(path)
            }
        }
    }

    /// Lets go of a folder that is kept open, and of all below and above it.
    func forget(_ path: String) {
        openFolders.withLock { folders in
            folders = folders.filter {
                !$0.key.hasPrefix(path + "/") && $0.key != path && !path.hasPrefix($0.key + "/")
            }
        }
    }

    /// Removes a file. Returns whether it was there.
    func removeFile(_ path: String) throws(ObjectStoreError) -> Bool {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else {
            throw ObjectStoreError(.invalidAddress, "an object is below a bucket")
        }
        let parent: OpenFile
        do throws(ObjectStoreError) { parent = try openFolder(String(path[..<slash])) } catch
            where error.code == .notFound
        { return false }
        if unlinkat(parent.descriptor, String(path[path.utf8.index(after: slash)...]), 0) < 0 {
            guard errno == ENOENT || errno == EISDIR else { throw ObjectStoreError(errno: errno, "remove an object") }
            return false
        }
        return true
    }

    /// Removes folders that became empty, from one upwards but never the first element of a path.
    func removeEmptyFolders(from path: String) {
        var path = Substring(path)
        while let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) {
            guard let parent = try? openFolder(String(path[..<slash])),
                unlinkat(parent.descriptor, String(path[path.utf8.index(after: slash)...]), AT_REMOVEDIR) == 0
            else { return }
            forget(String(path))
            path = path[..<slash]
        }
    }
}
