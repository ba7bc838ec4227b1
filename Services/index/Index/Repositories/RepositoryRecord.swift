import Database
import Domain
import VersionTree
import Wire

/// A row of `repository`.
struct RepositoryRecord: Sendable {
    let id: Int64
    let name: RepositoryName
    let namespace: StorageNamespace
    let defaultBranch: BranchName
    let salt: Salt
    let isReadOnly: Bool
    let isBare: Bool
    /// Milliseconds since 1970.
    let created: Int64
    let createOperation: UUIDBytes

    static let columns =
        "r.id, r.name, r.namespace, r.default_branch, r.salt, r.is_read_only, r.is_bare, r.created, r.create_operation"
    static let columnCount = 9

    init(_ row: Row, from column: Int = 0) throws {
        id = try row.int64(column)
        name = try row.name(column + 1, RepositoryName.init)
        namespace = try row.namespace(column + 2)
        defaultBranch = try row.name(column + 3, BranchName.init)
        salt = try row.salt(column + 4)
        isReadOnly = try row.bool(column + 5)
        isBare = try row.bool(column + 6)
        created = try row.timestampMilliseconds(column + 7)
        createOperation = try row.uuid(column + 8)
    }

    var message: Repository {
        Repository(
            id: id, name: name, storageNamespace: namespace, defaultBranch: defaultBranch, created: created,
            isReadOnly: isReadOnly, isBare: isBare)
    }

    /// - Throws: `forbidden` for a read-only repository, unless forced.
    func checkWritable(force: Bool) throws {
        if isReadOnly, !force { throw RPCError.readOnly }
    }
}

extension Row {
    func salt(_ column: Int) throws -> Salt {
        guard let salt = Salt(try bytes(column)) else {
            throw InvalidStoredName(description: "a stored salt is not of \(Salt.byteCount) bytes")
        }
        return salt
    }
}
