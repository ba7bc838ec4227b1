import Database
import Domain
package import Wire

extension Catalog {
    package func listRefLog(_ request: ListRefLog.Request, _ context: CallContext) async throws -> Listed<RefMove> {
        let amount = try NameRange.check(request.amount)
        var parameters: [Parameter] = [
            .name(request.repository), .int64(request.before ?? .max), .int64(Int64(amount) + 1),
        ]
        if let name = request.reference { parameters.append(.name(name)) }
        let statement =
            switch (request.reference, request.deletionsOnly) {
            case (nil, false): RefLog.all
            case (_?, false): RefLog.ofOne
            case (nil, true): RefLog.deletions
            case (_?, true): RefLog.deletionsOfOne
            }
        let rows = try await database.read(statement, parameters, deadline: deadline(context))
        guard let first = rows.first else { throw RPCError.repositoryNotFound }
        if try first.isNull(0) { return Listed(results: [], hasMore: false) }
        return Listed(results: try rows.prefix(amount).map { try RefMove($0) }, hasMore: rows.count > amount)
    }
}

/// Reads the ref log, the latest move first. Without any, one row of NULLs tells that the repository exists.
enum RefLog {
    static let all = select("true")
    static let ofOne = select("l.name = $4")
    static let deletions = select("l.new_head IS NULL")
    static let deletionsOfOne = select("l.name = $4 AND l.new_head IS NULL")

    private static func select(_ condition: String) -> Statement {
        Statement.read(
            """
            SELECT l.id, l.name, l.kind, l.action, l.old_head, l.new_head, l.actor, l.at FROM repository r
            LEFT JOIN LATERAL (
                SELECT l.* FROM ref_log l WHERE l.repository = r.id AND l.id < $2 AND \(condition)
                ORDER BY l.id DESC LIMIT $3
            ) l ON true
            WHERE r.name = $1
            ORDER BY l.id DESC
            """)
    }

    /// The latest deletion of a branch or tag among some moves.
    static let lastDeletion = Statement.read(
        """
        SELECT l.old_head, l.is_hidden FROM repository r
        LEFT JOIN LATERAL (
            SELECT l.* FROM ref_log l
            WHERE l.repository = r.id AND l.name = $2 AND l.new_head IS NULL AND l.id BETWEEN $4 AND $5 AND l.kind = $3::bigint
            ORDER BY l.id DESC LIMIT 1
        ) l ON true
        WHERE r.name = $1
        """)
}

extension RefMove {
    fileprivate init(_ row: Row) throws {
        let kind = try row.int64(2)
        self.init(
            id: try row.int64(0), name: String(decoding: try row.bytes(1), as: UTF8.self),
            kind: kind == RefKind.branch.rawValue ? .branch : .tag, action: try row.text(3),
            from: try row.optionalDigest(4).map { CommitID($0) }, to: try row.optionalDigest(5).map { CommitID($0) },
            actor: try row.text(6), moved: try row.timestampMilliseconds(7))
    }
}
