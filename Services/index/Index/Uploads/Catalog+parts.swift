import Database
import Domain
package import JSONCodec
package import Wire

extension Catalog {
    package func putUploadPart(_ request: PutUploadPart.Request, _ context: CallContext) async throws -> Nothing {
        let deadline = deadline(context)
        let part = request.part
        guard (1...10_000).contains(part.number) else {
            throw RPCError.invalid("part", "part numbers go from 1 to 10,000")
        }
        guard let id = OperationID(request.uploadID) else { throw RPCError.uploadNotFound }
        let rows = try await database.write(
            Self.insertPart,
            [
                .name(request.repository), .id(id), .int32(Int32(part.number)), .int64(part.size), .text(part.etag),
                .text(part.storeETag), .int64(part.modified), .pairs(part.checksums), .id(request.operationID),
            ], orderedBy: Array(request.repository.string.utf8) + id.uuid.bytes + [0, 0] + Self.ordered(part.number),
            deadline: deadline)
        if rows.affected == 0 {
            let (_, upload) = try await upload(request.repository, request.uploadID, deadline)
            // An open upload whose row was not touched has this very write, or one behind it, already.
            guard upload.state == .open else { throw RPCError.uploadNotFound }
        }
        return Nothing()
    }

    private static func ordered(_ number: Int) -> [UInt8] { [UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)] }

    package func listUploadParts(
        _ request: ListUploadParts.Request, _ context: CallContext
    ) async throws -> Listed<UploadPart> {
        let deadline = deadline(context)
        let amount = try NameRange.check(request.amount, upTo: 10_000)
        let (repository, upload) = try await upload(request.repository, request.uploadID, deadline)
        guard upload.isInProgress else { throw RPCError.uploadNotFound }
        let after = Int32(clamping: request.after)
        let rows = try await database.read(
            Self.selectParts, [.int64(repository.id), .uuid(upload.id), .int32(after), .int64(Int64(amount) + 1)],
            deadline: deadline)
        return Listed(
            results: try rows.prefix(amount).map { try UploadPartRecord.read($0, from: 0) },
            hasMore: rows.count > amount)
    }

    /// Holds the upload open while it writes, so that a completion sees every part that was answered.
    private static let insertPart = Statement.write(
        """
        INSERT INTO upload_part AS p (
            repository, upload, number, size, etag, store_etag, modified, checksums, write_id
        )
        SELECT r.id, u.id, $3, $4, $5, $6, $7, $8, $9
        FROM repository r
        CROSS JOIN LATERAL (
            SELECT u.id FROM upload u WHERE u.repository = r.id AND u.id = $2 AND u.state = 1 FOR SHARE
        ) u
        WHERE r.name = $1
        ON CONFLICT (repository, upload, number) DO UPDATE SET size = excluded.size, etag = excluded.etag,
            store_etag = excluded.store_etag, modified = excluded.modified, checksums = excluded.checksums,
            write_id = excluded.write_id, earlier = (ARRAY[p.write_id] || p.earlier)[1:\(StagedWrite.remembered)]
        WHERE p.write_id <> excluded.write_id AND (p.earlier IS NULL OR excluded.write_id <> ALL (p.earlier))
        """)

    static let selectParts = Statement.read(
        """
        SELECT \(UploadPartRecord.columns) FROM upload_part p
        WHERE p.repository = $1 AND p.upload = $2 AND p.number > $3 ORDER BY p.number LIMIT $4
        """)
}
