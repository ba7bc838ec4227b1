import Database
import Domain
package import JSONCodec
package import Wire

extension Catalog {
    package func getRepository(_ request: GetRepository.Request, _ context: CallContext) async throws -> Repository {
        try await repository(request.name, deadline(context)).message
    }

    /// - Throws: `notFound`
    func repository(_ name: RepositoryName, _ deadline: ContinuousClock.Instant) async throws -> RepositoryRecord {
        let rows = try await database.read(Self.selectRepository, [.name(name)], deadline: deadline)
        guard let row = rows.first else { throw RPCError.repositoryNotFound }
        return try RepositoryRecord(row)
    }

    package func listRepositories(
        _ request: ListRepositories.Request, _ context: CallContext
    ) async throws -> Listed<Repository> {
        let range = try NameRange(request.range)
        let rows = try await database.read(
            Self.selectRepositories, range.parameters + [.name(request.search)], deadline: deadline(context))
        return Listed(
            results: try rows.prefix(range.amount).map { try RepositoryRecord($0).message },
            hasMore: rows.count > range.amount)
    }

    /// Takes the name away at once; what the repository holds goes later, in the upkeep.
    package func deleteRepository(_ request: DeleteRepository.Request, _ context: CallContext) async throws -> Nothing {
        _ = try actor(context)
        let deadline = deadline(context)
        if request.onlyIfEmpty {
            if try await deleteEmpty(request, context, deadline) { return Nothing() }
        } else {
            let rows = try await database.exclusive(
                Self.deleteRepository, [.name(request.name), .bool(request.force), .id(request.operationID)],
                deadline: deadline)
            if rows.affected > 0 { return Nothing() }
        }
        let done = try await database.read(Self.selectDeleted, [.id(request.operationID)], deadline: deadline)
        if !done.isEmpty { return Nothing() }
        try await repository(request.name, deadline).checkWritable(force: request.force)
        // It was made again in between.
        throw RPCError(.unavailable, "the repository is being changed")
    }

    private static let selectRepository = Statement.read(
        "SELECT \(RepositoryRecord.columns) FROM repository r WHERE r.name = $1")

    private static let selectRepositories = Statement.read(
        """
        SELECT \(RepositoryRecord.columns) FROM repository r
        WHERE r.name > $1 AND r.name >= $2 AND r.name < $3 AND position($5::bytea IN r.name) > 0
        ORDER BY r.name LIMIT $4
        """)

    static let deleteRepository = Statement.write(
        """
        UPDATE repository SET name = NULL, deleted = now(), delete_operation = $3
        WHERE name = $1 AND (NOT is_read_only OR $2)
            AND NOT EXISTS (SELECT FROM repository d WHERE d.delete_operation = $3)
        RETURNING id
        """)

    private static let selectDeleted = Statement.read("SELECT 1 FROM repository d WHERE d.delete_operation = $1")
}
