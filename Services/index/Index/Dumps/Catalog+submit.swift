import Cryptography
import Database
import Domain
import JSONCodec
import VersionTree
package import Wire

extension Catalog {
    package func submitDump(_ request: SubmitDump.Request, _ context: CallContext) async throws -> TaskTicket {
        try await submit(.dumpRefs, "", request.operationID, to: request.repository, context)
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

    private static let insertRestore = Statement.write(
        """
        INSERT INTO job (repository, id, kind, due, actor, request)
        SELECT r.id, $2, $3, now(), $4, $5 FROM repository r
        WHERE r.name = $1 AND r.is_bare AND (NOT r.is_read_only OR $6)
        ON CONFLICT (repository, id) DO NOTHING RETURNING 1
        """)
}
