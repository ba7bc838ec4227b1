import Database
import Domain
package import Wire

/// Jobs that users begin. Their id is that of the operation that began them, so a call sent again finds the same job.
extension Catalog {
    /// - Parameter wanted: JSON of the kind.
    /// - Throws: `notFound` (repository)
    func submit(
        _ kind: JobKind, _ wanted: String, _ operation: OperationID, to repository: RepositoryName,
        _ context: CallContext
    ) async throws -> TaskTicket {
        let (actor, deadline) = (try actor(context), deadline(context))
        let made = try await database.exclusive(
            Self.insertTask,
            [.name(repository), .id(operation), .text(kind.rawValue), .text(actor), .text(wanted)],
            deadline: deadline)
        if made.isEmpty { _ = try await self.repository(repository, deadline) }
        return TaskTicket(id: operation.description)
    }

    package func getTask(_ request: GetTask.Request, _ context: CallContext) async throws -> TaskState {
        let deadline = deadline(context)
        let record = try await repository(request.repository, deadline)
        guard let id = OperationID(request.id) else { throw RPCError.taskNotFound }
        let rows = try await database.read(
            Self.selectTask, [.int64(record.id), .id(id), .text(request.kind.rawValue)], deadline: deadline)
        guard let row = rows.first else { throw RPCError.taskNotFound }
        let isDone = try row.bool(0)
        // Of one that is tried again, the last failure is not the end.
        return TaskState(
            id: request.id, isDone: isDone, changed: try row.timestampMilliseconds(1),
            error: isDone ? try row.optionalText(2) : nil, result: isDone ? try row.optionalText(3) : nil)
    }

    private static let insertTask = Statement.write(
        """
        INSERT INTO job (repository, id, kind, due, actor, request)
        SELECT r.id, $2, $3, now(), $4, $5 FROM repository r WHERE r.name = $1
        ON CONFLICT (repository, id) DO NOTHING RETURNING 1
        """)

    static let selectTask = Statement.read(
        """
        SELECT j.finished IS NOT NULL, j.changed, j.error, j.result FROM job j
        WHERE j.repository = $1 AND j.id = $2 AND j.kind = $3
        """)
}
