import Cryptography
import Database
import Domain
import JSONCodec
import VersionTree
package import Wire

/// Jobs that users begin. Their id is that of the operation that began them, so a call sent again finds the same job.
extension Catalog {
    package func submitDump(_ request: SubmitDump.Request, _ context: CallContext) async throws -> TaskTicket {
        let (actor, deadline) = (try actor(context), deadline(context))
        let made = try await database.exclusive(
            Self.insertDump,
            [.name(request.repository), .id(request.operationID), .text(JobKind.dumpRefs.rawValue), .text(actor)],
            deadline: deadline)
        if made.isEmpty { _ = try await repository(request.repository, deadline) }
        return TaskTicket(id: request.operationID.description)
    }

    package func submitRestore(_ request: SubmitRestore.Request, _ context: CallContext) async throws -> TaskTicket {
        let (actor, deadline) = (try actor(context), deadline(context))
        for id in [request.references.commits, request.references.tags, request.references.branches] {
            guard NodeHash(hex: id) != nil else { throw RPCError.invalid("dump", "'\(id)' names no dump") }
        }
        let wanted = RestoreOrder(
            references: request.references, allowsForeignObjects: request.allowsForeignObjects)
        let made = try await database.exclusive(
            Self.insertRestore,
            [
                .name(request.repository), .id(request.operationID), .text(JobKind.restoreRefs.rawValue), .text(actor),
                .text(String(decoding: try wanted.jsonBytes(), as: UTF8.self)), .bool(request.force),
            ], deadline: deadline)
        if made.isEmpty {
            let record = try await repository(request.repository, deadline)
            let known = try await database.read(
                Self.selectTask, [.int64(record.id), .id(request.operationID), .text(JobKind.restoreRefs.rawValue)],
                deadline: deadline)
            if known.isEmpty {
                try record.checkWritable(force: request.force)
                throw RPCError.notBare
            }
        }
        return TaskTicket(id: request.operationID.description)
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

    private static let insertDump = Statement.write(
        """
        INSERT INTO job (repository, id, kind, due, actor)
        SELECT r.id, $2, $3, now(), $4 FROM repository r WHERE r.name = $1
        ON CONFLICT (repository, id) DO NOTHING RETURNING 1
        """)

    private static let insertRestore = Statement.write(
        """
        INSERT INTO job (repository, id, kind, due, actor, request)
        SELECT r.id, $2, $3, now(), $4, $5 FROM repository r
        WHERE r.name = $1 AND r.is_bare AND (NOT r.is_read_only OR $6)
        ON CONFLICT (repository, id) DO NOTHING RETURNING 1
        """)

    private static let selectTask = Statement.read(
        """
        SELECT j.finished IS NOT NULL, j.changed, j.error, j.result FROM job j
        WHERE j.repository = $1 AND j.id = $2 AND j.kind = $3
        """)
}
