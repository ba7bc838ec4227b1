import Cryptography
import Database
import Domain
import VersionTree
import Wire

/// Names as they are stored: their bytes.
extension Parameter {
    static func name(_ name: RepositoryName) -> Parameter { .bytes(Array(name.string.utf8)) }
    static func name(_ name: BranchName) -> Parameter { .bytes(Array(name.string.utf8)) }
    static func name(_ name: TagName) -> Parameter { .bytes(Array(name.string.utf8)) }
    static func name(_ name: String) -> Parameter { .bytes(Array(name.utf8)) }
    static func key(_ key: ObjectKey) -> Parameter { .bytes(key.bytes) }
    static func id(_ id: OperationID) -> Parameter { .uuid(id.uuid) }
    static func hash(_ hash: SHA256Digest) -> Parameter { .bytes(hash.bytes) }
    static func hashes(_ hashes: [SHA256Digest]) -> Parameter { .byteArrays(hashes.map(\.bytes)) }
    /// NULL for the tree that was never written: that of a first commit.
    static func root(_ root: NodeHash?) -> Parameter { .nullable(root?.bytes) }
    /// Keys and values by turns, in the order of the keys.
    static func pairs(_ pairs: [String: String]) -> Parameter {
        .texts(pairs.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.flatMap { [$0.key, $0.value] })
    }
}

extension OperationID {
    var uuid: UUIDBytes { UUIDBytes(high: high, low: low) }

    init(_ uuid: UUIDBytes) { self.init(high: uuid.high, low: uuid.low) }
}

extension CommitID {
    init(_ digest: SHA256Digest) {
        do throws(InvalidName) {
            try self.init(digest.hex)
        } catch {
            preconditionFailure("64 hexadecimal digits are a commit id")
        }
    }

    var digest: SHA256Digest {
        guard let digest = SHA256Digest(hex: string) else {
            preconditionFailure("a commit id is 64 hexadecimal digits")
        }
        return digest
    }
}
