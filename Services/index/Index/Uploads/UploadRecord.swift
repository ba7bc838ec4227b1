import Database
import Domain
import Wire

/// A row of `upload`.
struct UploadRecord: Sendable {
    enum State: Int64 {
        case open = 1
        case completing, completed, aborted
    }

    let id: UUIDBytes
    let branch: BranchName
    let path: ObjectKey
    let address: String
    let storeUploadID: String
    /// Milliseconds since 1970.
    let created: Int64
    let contentType: String
    let userMetadata: [String: String]
    let attributes: [String: String]
    let state: State
    let chosen: [Int32]
    let chosenETags: [String]
    let entry: [UInt8]?

    static let columns =
        """
        u.id, u.branch, u.path, u.address, u.store_upload_id, u.created, u.content_type, u.user_metadata, u.attributes,
        u.state, coalesce(u.chosen, '{}'), coalesce(u.chosen_etags, '{}'), u.entry
        """

    init(_ row: Row, from column: Int) throws {
        id = try row.uuid(column)
        branch = try row.name(column + 1, BranchName.init)
        path = ObjectKey(validated: try row.bytes(column + 2))
        address = try row.text(column + 3)
        storeUploadID = try row.text(column + 4)
        created = try row.timestampMilliseconds(column + 5)
        contentType = try row.text(column + 6)
        userMetadata = try row.pairs(column + 7)
        attributes = try row.pairs(column + 8)
        guard let state = State(rawValue: try row.int64(column + 9)) else { throw RPCError.corrupted("upload") }
        self.state = state
        chosen = try row.int32s(column + 10)
        chosenETags = try row.texts(column + 11)
        entry = try row.optionalBytes(column + 12)
    }

    var isInProgress: Bool { state == .open || state == .completing }

    func message(_ repository: RepositoryRecord) -> Upload {
        Upload(
            id: OperationID(id).description, repository: repository.name, repositoryID: repository.id,
            storageNamespace: repository.namespace, branch: branch, path: path, physicalAddress: address,
            storeUploadID: storeUploadID, created: created, contentType: contentType, userMetadata: userMetadata,
            attributes: attributes)
    }
}

/// A row of `upload_part`.
enum UploadPartRecord {
    static let columns = "p.number, p.size, p.etag, p.store_etag, p.modified, p.checksums"

    static func read(_ row: Row, from column: Int) throws -> UploadPart {
        UploadPart(
            number: try row.int(column), size: try row.int64(column + 1), etag: try row.text(column + 2),
            storeETag: try row.text(column + 3), modified: try row.int64(column + 4),
            checksums: try row.pairs(column + 5))
    }
}
