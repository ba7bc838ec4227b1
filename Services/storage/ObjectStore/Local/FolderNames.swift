import CLinux
import Glibc

/// The names in one folder, sorted as the keys they begin: a folder's name counts as if it ended in a slash.
///
/// The bytes of all names lie in one array, since a folder may hold a million.
struct FolderNames {
    struct Name {
        var start: UInt32
        var count: UInt16
        var isFolder: Bool
    }

    private var bytes: [UInt8] = []
    private var names: [Name] = []

    var count: Int { names.count }

    /// Reads a folder, leaving out what is neither file nor folder, links and the store's own folder.
    ///
    /// - Parameter prefix: only names that begin with these bytes.
    init(_ folder: OpenFile, prefix: [UInt8]) throws(ObjectStoreError) {
        var error: Int32 = 0
        let copy = fcntl(folder.descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw ObjectStoreError(errno: errno, "read a folder") }
        guard let directory = tarn_directory_open(copy, &error) else {
            throw ObjectStoreError(errno: error, "read a folder")
        }
        defer { tarn_directory_close(directory) }
        var length = 0
        var type: CChar = 0
        while let name = tarn_directory_next(directory, &length, &type, &error) {
            let raw = UnsafeRawBufferPointer(start: name, count: length)
            guard raw.starts(with: prefix), !raw.elementsEqual(LocalNames.privateFolder.utf8), length <= Int(UInt16.max)
            else {
                continue
            }
            guard let isFolder = Self.isFolder(type, name, in: folder) else { continue }
            names.append(Name(start: UInt32(bytes.count), count: UInt16(length), isFolder: isFolder))
            bytes.append(contentsOf: raw)
            guard bytes.count < Int(UInt32.max) - Int(UInt16.max) else {
                throw ObjectStoreError(.tooLarge, "a folder's names have more than 4 GiB")
            }
        }
        if error < 0 { throw ObjectStoreError(errno: error, "read a folder") }
        bytes.withUnsafeBufferPointer { bytes in names.sort { Self.precedes($0, $1, bytes) } }
    }

    /// The bytes of a name, a folder's with a slash at the end.
    func key(_ index: Int) -> [UInt8] {
        let name = names[index]
        let slice = bytes[Int(name.start)..<(Int(name.start) + Int(name.count))]
        return name.isFolder ? slice + [UInt8(ascii: "/")] : Array(slice)
    }

    func isFolder(_ index: Int) -> Bool { names[index].isFolder }

    private static func isFolder(_ type: CChar, _ name: UnsafePointer<CChar>, in folder: OpenFile) -> Bool? {
        switch UInt8(bitPattern: type) {
        case UInt8(ascii: "f"): return false
        case UInt8(ascii: "d"): return true
        case UInt8(ascii: "?"):
            var status = stat()
            guard fstatat(folder.descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
            return status.st_mode & S_IFMT == S_IFDIR ? true : status.st_mode & S_IFMT == S_IFREG ? false : nil
        default: return nil
        }
    }

    private static func precedes(_ left: Name, _ right: Name, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let common = Int(min(left.count, right.count))
        guard let base = bytes.baseAddress else { return false }
        let order = memcmp(base + Int(left.start), base + Int(right.start), common)
        if order != 0 { return order < 0 }
        // One is the beginning of the other (or of the same length, which two names are not); a folder goes on with its slash.
        let slash = UInt8(ascii: "/")
        let nextLeft = left.count > common ? base[Int(left.start) + common] : left.isFolder ? slash : 0
        let nextRight = right.count > common ? base[Int(right.start) + common] : right.isFolder ? slash : 0
        return nextLeft == nextRight ? left.count < right.count : nextLeft < nextRight
    }
}
