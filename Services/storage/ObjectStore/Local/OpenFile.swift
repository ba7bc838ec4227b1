import Glibc
import Synchronization

/// A descriptor that is closed when the last holder lets go of it.
final class OpenFile: Sendable {
    let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Makes what was written durable.
    func synchronise(_ action: String) throws(ObjectStoreError) {
        while fsync(descriptor) < 0 {
            guard errno == EINTR else { throw ObjectStoreError(errno: errno, action) }
        }
    }

    /// What the file is, unless it is anything but a regular file.
    func info() throws(ObjectStoreError) -> ObjectInfo {
        var status = stat()
        try checked(fstat(descriptor, &status), "look at an object")
        guard let info = ObjectInfo(status) else { throw ObjectStoreError(.notFound, "not a regular file") }
        return info
    }

    /// Writes all bytes at the file's offset.
    func write(_ bytes: UnsafeRawBufferPointer) throws(ObjectStoreError) {
        var written = 0
        while written < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw ObjectStoreError(errno: count < 0 ? errno : EIO, "write an object") }
            written += count
        }
    }
}

extension ObjectInfo {
    /// `nil` for anything but a regular file. The ETag is made of what changes when a file is replaced.
    init?(_ status: stat) {
        guard status.st_mode & S_IFMT == S_IFREG else { return nil }
        let nanoseconds = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        self.init(
            size: Int64(status.st_size), modified: nanoseconds / 1_000_000,
            etag: String(nanoseconds, radix: 16) + "-" + String(status.st_ino, radix: 16))
    }
}
