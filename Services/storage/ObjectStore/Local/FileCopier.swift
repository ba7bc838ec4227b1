import CLinux
import Glibc

/// Copies bytes between files, inside the kernel where the file system lets it.
enum FileCopier {
    static let chunkBytes = 1_048_576

    /// Copies `count` bytes from the source's offset to the target's.
    ///
    /// - Throws: `corrupt` where the source ends before.
    static func copy(_ source: OpenFile, _ count: Int64, to target: OpenFile) throws(ObjectStoreError) {
        var left = count
        while left > 0 {
            let copied = tarn_copy_file_range(source.descriptor, target.descriptor, Int(min(left, 1 << 30)))
            switch Int32(truncatingIfNeeded: copied) {
            case _ where copied > 0: left -= Int64(copied)
            case 0: throw cut
            case -EINTR: continue
            case -EXDEV, -EINVAL, -ENOSYS, -EOPNOTSUPP: return try copyThroughMemory(source, left, to: target)
            default: throw ObjectStoreError(errno: Int32(truncatingIfNeeded: copied), "copy an object")
            }
        }
    }

    private static func copyThroughMemory(
        _ source: OpenFile, _ count: Int64, to target: OpenFile
    ) throws(ObjectStoreError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 4_096)
        defer { buffer.deallocate() }
        var left = count
        while left > 0 {
            let size = read(source.descriptor, buffer.baseAddress, Int(min(left, Int64(chunkBytes))))
            if size < 0, errno == EINTR { continue }
            guard size >= 0 else { throw ObjectStoreError(errno: errno, "copy an object") }
            guard size > 0 else { throw cut }
            try target.write(UnsafeRawBufferPointer(rebasing: buffer[..<size]))
            left -= Int64(size)
        }
    }

    private static var cut: ObjectStoreError {
        ObjectStoreError(.corrupt, "the source became shorter while it was copied")
    }
}
