import Database
import Domain
package import JSONCodec
package import Wire

/// A repository's metadata: keys and values of the users' own.
extension Catalog {
    package func getRepositoryMetadata(
        _ request: GetRepositoryMetadata.Request, _ context: CallContext
    ) async throws -> RepositoryMetadata {
        let rows = try await database.read(
            Self.selectMetadata, [.name(request.repository)], deadline: deadline(context))
        if rows.isEmpty { throw RPCError.repositoryNotFound }
        var values: [String: String] = [:]
        for row in rows where try !row.isNull(0) { values[try row.text(0)] = try row.text(1) }
        return RepositoryMetadata(values: values)
    }

    /// Keys that are read-only repositories' too: nothing that is versioned changes.
    package func changeRepositoryMetadata(
        _ request: ChangeRepositoryMetadata.Request, _ context: CallContext
    ) async throws -> Nothing {
        _ = try actor(context)
        let deadline = deadline(context)
        let rows = try await database.exclusive(
            Self.updateMetadata,
            [
                .name(request.repository), .pairs(request.set), .texts(request.removed), .id(request.operationID),
                .int64(Int64(Self.maxMetadataBytes)),
            ], deadline: deadline)
        if !rows.isEmpty { return Nothing() }
        let point = try await point(request.repository, "", request.operationID, deadline)
        if point.answer != nil { return Nothing() }
        throw RPCError.invalid("metadata", "a repository's metadata is more than \(Self.maxMetadataBytes) bytes")
    }

    /// Of all keys and values, as JSON.
    static let maxMetadataBytes = 256 * 1_024

    private static let selectMetadata = Statement.read(
        """
        SELECT e.key, e.value FROM repository r LEFT JOIN LATERAL jsonb_each_text(r.metadata) e ON true
        WHERE r.name = $1
        """)

    private static let changed = "(r.metadata || jsonb_object($2::text[])) - $3::text[]"

    private static let updateMetadata = Statement.write(
        """
        WITH changed AS (
            UPDATE repository r SET metadata = \(changed)
            WHERE r.name = $1 AND octet_length((\(changed))::text) <= $5::bigint
                AND NOT EXISTS (SELECT FROM operation o WHERE o.repository = r.id AND o.id = $4 OFFSET 0)
            RETURNING r.id
        ), remembered AS (
            INSERT INTO operation (repository, id, answer) SELECT c.id, $4, '' FROM changed c ON CONFLICT DO NOTHING
        )
        SELECT 1 FROM changed
        """)
}
