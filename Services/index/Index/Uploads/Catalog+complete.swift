import Database
import Domain
package import JSONCodec
import VersionTree
package import Wire

/// Completion: open → completing, with the parts chosen → completed, with the entry staged. Every step can be repeated.
extension Catalog {
    package func beginCompleteUpload(
        _ request: BeginCompleteUpload.Request, _ context: CallContext
    ) async throws -> Completion {
        _ = try actor(context)
        let deadline = deadline(context)
        let numbers = request.parts.map(\.number)
        guard !numbers.isEmpty, numbers.allSatisfy({ (1...10_000).contains($0) }),
            zip(numbers, numbers.dropFirst()).allSatisfy(<)
        else { throw RPCError.invalid("part", "parts must be named in ascending order") }
        while true {
            let (repository, upload) = try await upload(request.repository, request.uploadID, deadline)
            guard upload.path == request.path else { throw RPCError.uploadNotFound }
            let message = upload.message(repository)
            let isSame = upload.chosen.map(Int.init) == numbers && upload.chosenETags == request.parts.map(\.etag)
            switch upload.state {
            case .aborted: throw RPCError.uploadNotFound
            case .completed:
                // Of other parts nothing can be made any more.
                guard isSame else { throw RPCError.uploadNotFound }
                guard let entry = upload.entry else { throw RPCError.corrupted("upload") }
                return Completion(upload: message, state: .completed(try EntryView(entry).decode()))
            case .completing:
                guard isSame else {
                    throw RPCError(.conflict, subject: "upload", "the upload is being completed with other parts")
                }
                let parts = try await chosen(request.parts, repository.id, upload.id, deadline)
                return Completion(upload: message, state: .completing(parts: parts))
            case .open:
                // What a part put at this moment replaces may be chosen still; the step below fixes what counts.
                _ = try await chosen(request.parts, repository.id, upload.id, deadline)
                try await database.transaction(deadline: deadline) { transaction in
                    let moved = try await transaction.run(
                        Self.beginCompletion,
                        [
                            .int64(repository.id), .uuid(upload.id), .int32s(numbers.map { Int32($0) }),
                            .texts(request.parts.map(\.etag)),
                        ])
                    guard moved.affected == 1 else { return }
                    // No part changes any more: those chosen must be the ones that are there.
                    let rows = try await transaction.run(
                        Self.selectChosen,
                        [.int64(repository.id), .uuid(upload.id), .int32s(numbers.map { Int32($0) })])
                    _ = try Self.match(request.parts, rows)
                }
            }
        }
    }

    private func chosen(
        _ parts: [CompletedPart], _ repository: Int64, _ upload: UUIDBytes, _ deadline: ContinuousClock.Instant
    ) async throws -> [UploadPart] {
        let rows = try await database.read(
            Self.readChosen, [.int64(repository), .uuid(upload), .int32s(parts.map { Int32($0.number) })],
            deadline: deadline)
        return try Self.match(parts, rows)
    }

    /// - Throws: `notFound` (part)
    private static func match(_ parts: [CompletedPart], _ rows: Rows) throws -> [UploadPart] {
        var found: [Int: UploadPart] = [:]
        for row in rows {
            let part = try UploadPartRecord.read(row, from: 0)
            found[part.number] = part
        }
        return try parts.map { wanted in
            guard let part = found[wanted.number], part.etag == wanted.etag else {
                throw RPCError(
                    .notFound, subject: "part", "part \(wanted.number) was not uploaded or has another ETag")
            }
            return part
        }
    }

    package func finishUpload(_ request: FinishUpload.Request, _ context: CallContext) async throws -> Nothing {
        _ = try actor(context)
        let deadline = deadline(context)
        let entry = try encode(request.entry)
        var attempt = 0
        while true {
            let (repository, upload) = try await upload(request.repository, request.uploadID, deadline)
            switch upload.state {
            case .completed: return Nothing()
            case .open, .aborted: throw RPCError.uploadNotFound
            case .completing: break
            }
            // The upload's own id, so that whoever finishes it writes it once.
            let write = StagedWrite(
                repository: request.repository, repositoryID: repository.id, branch: upload.branch,
                key: upload.path.bytes, entry: entry, id: upload.id, force: request.force)
            if try await finish(upload, write, request.condition, deadline) {
                countStaged(1, request.repository, upload.branch)
                return Nothing()
            }
            attempt += 1
            try await pause(attempt, until: deadline)
        }
    }

    /// Stages the entry and ends the upload, both or neither.
    /// - Returns: whether that happened; if not, something moved meanwhile.
    private func finish(
        _ upload: UploadRecord, _ write: StagedWrite, _ condition: WriteCondition, _ deadline: ContinuousClock.Instant
    ) async throws -> Bool {
        let call: Call
        if condition == .none {
            call = write.call
        } else {
            guard let point = try await readPoint(write, deadline) else { return false }
            if point.isDone { return true }
            try Self.check(condition, try await point.current(key: write.key))
            call = Call(ConditionalWrite.insert, write.parameters + point.guards)
        }
        do {
            try await database.transaction(deadline: deadline) { transaction in
                let rows = try await transaction.pipeline([
                    Call(
                        Self.endCompletion,
                        [.int64(write.repositoryID ?? 0), .uuid(upload.id), .nullable(write.entry)]), call,
                ])
                guard rows[0].affected == 1, rows[1].affected == 1 else { throw Moved() }
            }
            return true
        } catch is Moved {
            _ = try await isStaged(write, deadline)
            return false
        }
    }

    /// Rolls a transaction back because what it rests on has moved.
    private struct Moved: Error {}

    private static let beginCompletion = Statement.write(
        """
        UPDATE upload SET state = 2, changed = now(), chosen = $3, chosen_etags = $4
        WHERE repository = $1 AND id = $2 AND state = 1
        """)

    private static let selectChosen = Statement.write(chosenParts)
    private static let readChosen = Statement.read(chosenParts)
    private static let chosenParts =
        """
        SELECT \(UploadPartRecord.columns) FROM upload_part p
        WHERE p.repository = $1 AND p.upload = $2 AND p.number = ANY ($3::integer[])
        """

    private static let endCompletion = Statement.write(
        "UPDATE upload SET state = 3, changed = now(), entry = $3 WHERE repository = $1 AND id = $2 AND state = 2")
}
