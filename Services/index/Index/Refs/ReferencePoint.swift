import Cryptography
import Database
import Domain
import Wire

/// A repository and what one of its names stands for now, with what an operation answered before.
struct ReferencePoint {
    let repository: RepositoryRecord
    /// Nil where nothing has the name.
    let kind: RefKind?
    let id: Int64
    let head: SHA256Digest?
    let answer: [UInt8]?
    /// Whether it is a branch's name that is protected.
    let isProtected: Bool

    static let select = Statement.read(
        """
        SELECT \(RepositoryRecord.columns), f.kind, f.id, f.head, o.answer,
            \(Lookup.isProtected)
        FROM repository r
        LEFT JOIN \(Lookup.reference("$2")) ON true
        LEFT JOIN \(Lookup.answer("$3")) ON true
        WHERE r.name = $1
        """)

    init(_ row: Row) throws {
        let base = RepositoryRecord.columnCount
        repository = try RepositoryRecord(row)
        kind = try row.optionalInt64(base).flatMap(RefKind.init(rawValue:))
        id = try row.optionalInt64(base + 1) ?? 0
        head = try row.optionalDigest(base + 2)
        answer = try row.optionalBytes(base + 3)
        isProtected = try row.bool(base + 4)
    }

    /// The commit that the operation answered.
    var answeredCommit: SHA256Digest? { answer.flatMap { SHA256Digest(bytes: $0) } }
}

extension Catalog {
    /// - Throws: `notFound` (repository)
    func point(
        _ repository: RepositoryName, _ name: String, _ operation: OperationID, _ deadline: ContinuousClock.Instant
    ) async throws -> ReferencePoint {
        let rows = try await database.read(
            ReferencePoint.select, [.name(repository), .name(name), .id(operation)], deadline: deadline)
        guard let row = rows.first else { throw RPCError.repositoryNotFound }
        return try ReferencePoint(row)
    }
}
