import Database
import Domain
package import JSONCodec
import VersionTree
package import Wire

/// The hot half of the write protocol (`design/0004-index.md`).
extension Catalog {
    package func stageObject(_ request: StageObject.Request, _ context: CallContext) async throws -> Nothing {
        _ = try actor(context)
        let write = StagedWrite(
            repository: request.repository, repositoryID: request.repositoryID, branch: request.branch,
            key: request.path.bytes, entry: try request.entry.map { try encode($0) },
            id: request.operationID.uuid, force: request.force)
        let deadline = deadline(context)
        switch request.condition {
        case .none: try await stage(write, deadline)
        case .ifAbsent, .ifMatch, .ifUnchanged: try await stage(write, if: request.condition, deadline)
        }
        countStaged(1, request.repository, request.branch)
        return Nothing()
    }

    /// - Throws: `invalidArgument` for an entry greater than the tree takes.
    func encode(_ entry: Entry) throws -> [UInt8] {
        guard entry.size >= 0 else { throw RPCError.invalid("object", "the size is negative") }
        let bytes = EntryCodec.encode(entry)
        guard bytes.count <= Limits.maxValueBytes else {
            throw RPCError.invalid("object", "metadata of more than \(Limits.maxValueBytes) bytes")
        }
        return bytes
    }

    /// Writes until the write is in an open token; the statement itself reads which one that is.
    func stage(_ write: StagedWrite, _ deadline: ContinuousClock.Instant) async throws {
        var attempt = 0
        while true {
            let rows = try await database.gather(
                StagedWrite.insert, write.common, own: write.own, orderedBy: write.order, deadline: deadline)
            if !rows.isEmpty { return }
            if try await isStaged(write, deadline) { return }
            attempt += 1
            try await pause(attempt, until: deadline)
        }
    }

    /// After a statement that wrote nothing: whether it was carried out before. Otherwise the token was sealed meanwhile.
    /// - Throws: whatever keeps the branch from being written.
    func isStaged(_ write: StagedWrite, _ deadline: ContinuousClock.Instant) async throws -> Bool {
        let rows = try await database.read(
            StagedWrite.find, [.name(write.repository), .name(write.branch), .bytes(write.key), .uuid(write.id)],
            deadline: deadline)
        guard let row = rows.first else { throw RPCError.repositoryNotFound }
        if let wanted = write.repositoryID, wanted != (try row.int64(0)) { throw RPCError.otherRepository }
        guard try row.optionalInt64(2) == RefKind.branch.rawValue else { throw RPCError.branchNotFound }
        if try row.bool(1), !write.force { throw RPCError.readOnly }
        if try row.bool(3) { return true }
        if try row.bool(4) { throw RPCError.protectedFromWrites }
        return false
    }

    /// Lets a rival get on, a little longer each time.
    func pause(_ attempt: Int, until deadline: ContinuousClock.Instant) async throws {
        guard .now < deadline else { throw RPCError(.deadlineExceeded, "the deadline passed") }
        if attempt > 2 { try await Task.sleep(for: .milliseconds(min(1 << min(attempt - 3, 5), 20))) }
    }
}
