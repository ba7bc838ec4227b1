import CLinux
import Glibc

/// A walk over the files below a prefix in the byte order of their keys, which goes on where it stopped.
struct LocalWalk {
    private struct Level {
        /// The bytes of all keys in here, up to and with the slash.
        let base: [UInt8]
        let folder: OpenFile
        let names: FolderNames
        var index = 0
    }

    private let bucket: String
    private let byFolder: Bool
    /// Keys up to and with these bytes are passed over.
    private let after: [UInt8]
    private var levels: [Level] = []

    /// - Throws: `invalidAddress` where a link is in the way. A folder that is not there has no files.
    init(_ request: ObjectListRequest, in root: LocalRoot) throws(ObjectStoreError) {
        bucket = request.bucket
        byFolder = request.byFolder
        after = Array(request.after.utf8)
        let prefix = Array(request.prefix.utf8)
        let split = prefix.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        let base = Array(prefix[..<split])
        guard Self.isCanonical(base) else { return }
        try descend(into: base, prefix: Array(prefix[split...]), in: root)
    }

    /// The next rows, at most `count`; fewer only at the end.
    mutating func next(_ count: Int, in root: LocalRoot) throws(ObjectStoreError) -> ObjectPage {
        var page = ObjectPage()
        var last: String?
        while page.objects.count + page.folders.count < count, let level = levels.last {
            guard level.index < level.names.count else {
                levels.removeLast()
                continue
            }
            levels[levels.count - 1].index += 1
            let name = level.names.key(level.index)
            let key = level.base + name
            if level.names.isFolder(level.index) {
                guard after.lexicographicallyPrecedes(key) || (!byFolder && after.starts(with: key)) else { continue }
                if byFolder {
                    guard let text = String(validating: key, as: UTF8.self) else { continue }
                    page.folders.append(text)
                    last = text
                } else {
                    try descend(into: key, prefix: [], in: root)
                }
            } else if after.lexicographicallyPrecedes(key), let text = String(validating: key, as: UTF8.self),
                let info = Self.info(name, in: level.folder)
            {
                page.objects.append(ListedObject(key: text, info: info))
                last = text
            }
        }
        while let level = levels.last, level.index == level.names.count { levels.removeLast() }
        if !levels.isEmpty { page.next = last }
        return page
    }

    private mutating func descend(into base: [UInt8], prefix: [UInt8], in root: LocalRoot) throws(ObjectStoreError) {
        let path = base.isEmpty ? bucket : bucket + "/" + String(decoding: base.dropLast(), as: UTF8.self)
        do throws(ObjectStoreError) {
            let folder = try root.openFolder(path)
            levels.append(Level(base: base, folder: folder, names: try FolderNames(folder, prefix: prefix)))
        } catch  where error.code == .notFound {
            // Nothing there, or removed since its name was read.
        }
    }

    private static func info(_ name: [UInt8], in folder: OpenFile) -> ObjectInfo? {
        var status = stat()
        let result = String(decoding: name, as: UTF8.self).withCString {
            fstatat(folder.descriptor, $0, &status, AT_SYMLINK_NOFOLLOW)
        }
        return result == 0 ? ObjectInfo(status) : nil
    }

    /// Whether a prefix up to a slash can be the beginning of a local key at all.
    private static func isCanonical(_ base: [UInt8]) -> Bool {
        guard !base.isEmpty else { return true }
        return (try? ObjectAddress.checkElements(String(decoding: base.dropLast(), as: UTF8.self))) != nil
    }
}
