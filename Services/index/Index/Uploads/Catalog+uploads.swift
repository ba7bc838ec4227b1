import Database
import Domain
import VersionTree
package import Wire

/// Making, showing and ending multipart uploads. An upload's id is the operation id of the call that made it.
extension Catalog {
    package func createUpload(_ request: CreateUpload.Request, _ context: CallContext) async throws -> Upload {
        _ = try actor(context)
        let deadline = deadline(context)
        let made = try await database.write(
            Self.insertUpload,
            [
                .name(request.repository), .int64(request.repositoryID), .name(request.branch),
                .id(request.operationID),
                .key(request.path), .text(request.physicalAddress), .text(request.storeUploadID),
                .text(request.contentType), .pairs(request.userMetadata), .pairs(request.attributes),
                .bool(request.force),
            ], orderedBy: Array("\(request.repository)/".utf8), deadline: deadline)
        if made.affected == 0 {
            // Either it was made before, which is found below, or something keeps it from being made.
            let point = try await point(request.repository, request.branch.string, request.operationID, deadline)
            guard point.repository.id == request.repositoryID else { throw RPCError.otherRepository }
            guard point.kind == .branch else { throw RPCError.branchNotFound }
            try point.repository.checkWritable(force: request.force)
            if point.isProtected { throw RPCError.protectedFromWrites }
        }
        let (repository, upload) = try await upload(
            request.repository, request.operationID.description, deadline)
        return upload.message(repository)
    }

    package func getUpload(_ request: GetUpload.Request, _ context: CallContext) async throws -> Upload {
        let (repository, upload) = try await upload(request.repository, request.uploadID, deadline(context))
        guard upload.isInProgress else { throw RPCError.uploadNotFound }
        return upload.message(repository)
    }

    /// - Throws: `notFound` (repository, upload)
    func upload(
        _ name: RepositoryName, _ id: String, _ deadline: ContinuousClock.Instant
    ) async throws -> (RepositoryRecord, UploadRecord) {
        guard let id = OperationID(id) else {
            _ = try await repository(name, deadline)
            throw RPCError.uploadNotFound
        }
        let rows = try await database.read(Self.selectUpload, [.name(name), .id(id)], deadline: deadline)
        guard let row = rows.first else { throw RPCError.repositoryNotFound }
        let repository = try RepositoryRecord(row)
        let column = RepositoryRecord.columnCount
        guard try !row.isNull(column) else { throw RPCError.uploadNotFound }
        return (repository, try UploadRecord(row, from: column))
    }

    package func listUploads(_ request: ListUploads.Request, _ context: CallContext) async throws -> Listed<Upload> {
        let deadline = deadline(context)
        let amount = try NameRange.check(request.amount)
        let repository = try await repository(request.repository, deadline)
        let prefix = Array(request.prefix.utf8)
        // Without an id, everything behind the path.
        let after = OperationID(request.afterID) ?? OperationID(high: .max, low: .max)
        let rows = try await database.read(
            Self.selectUploads,
            [
                .int64(repository.id), .bytes(Array(request.afterPath.utf8)), .id(after), .bytes(prefix),
                .bytes(NameRange.end(ofPrefix: prefix)), .nullable(request.branch.map { Array($0.string.utf8) }),
                .int64(Int64(amount) + 1),
            ], deadline: deadline)
        return Listed(
            results: try rows.prefix(amount).map { try UploadRecord($0, from: 0).message(repository) },
            hasMore: rows.count > amount)
    }

    package func abortUpload(_ request: AbortUpload.Request, _ context: CallContext) async throws -> Upload {
        let deadline = deadline(context)
        while true {
            let (repository, upload) = try await upload(request.repository, request.uploadID, deadline)
            switch upload.state {
            case .completed: throw RPCError.uploadNotFound
            case .aborted:
                // The caller that aborted it asks again; to anybody else it is gone.
                guard try await wasCarriedOut(request.operationID, repository.id, deadline) else {
                    throw RPCError.uploadNotFound
                }
                return upload.message(repository)
            case .open, .completing:
                // Which of this and the end of a completion comes first, their row decides.
                let rows = try await database.exclusive(
                    Self.abortUpload, [.int64(repository.id), .uuid(upload.id), .id(request.operationID)],
                    deadline: deadline)
                if rows.count == 1 { return upload.message(repository) }
            }
        }
    }

    private func wasCarriedOut(
        _ operation: OperationID, _ repository: Int64, _ deadline: ContinuousClock.Instant
    ) async throws -> Bool {
        try await !database.read(Self.selectOperation, [.int64(repository), .id(operation)], deadline: deadline).isEmpty
    }

    private static let insertUpload = Statement.write(
        """
        INSERT INTO upload (
            repository, id, branch, path, address, store_upload_id, content_type, user_metadata, attributes
        )
        SELECT r.id, $4, $3, $5, $6, $7, $8, $9, $10
        FROM \(Lookup.heldRepository("$1")) CROSS JOIN \(Lookup.reference("$3", where: "f.kind = 1"))
        WHERE r.id = $2 AND (NOT r.is_read_only OR $11) AND NOT \(Lookup.isProtected)
        ON CONFLICT (repository, id) DO NOTHING
        """)

    private static let selectUpload = Statement.read(
        """
        SELECT \(RepositoryRecord.columns), \(UploadRecord.columns)
        FROM repository r LEFT JOIN LATERAL (
            SELECT u.* FROM upload u WHERE u.repository = r.id AND u.id = $2 OFFSET 0
        ) u ON true
        WHERE r.name = $1
        """)

    private static let selectUploads = Statement.read(
        """
        SELECT \(UploadRecord.columns) FROM upload u
        WHERE u.repository = $1 AND u.state IN (1, 2) AND (u.path, u.id) > ($2::bytea, $3::uuid)
            AND u.path >= $4 AND u.path < $5 AND ($6::bytea IS NULL OR u.branch = $6)
        ORDER BY u.path, u.id LIMIT $7
        """)

    private static let abortUpload = Statement.write(
        """
        WITH ended AS (
            UPDATE upload SET state = 4, changed = now() WHERE repository = $1 AND id = $2 AND state IN (1, 2)
            RETURNING repository
        )
        INSERT INTO operation (repository, id, answer) SELECT e.repository, $3, '' FROM ended e
        ON CONFLICT (repository, id) DO UPDATE SET created = now() RETURNING 1
        """)

    private static let selectOperation = Statement.read("SELECT 1 FROM operation WHERE repository = $1 AND id = $2")
}
