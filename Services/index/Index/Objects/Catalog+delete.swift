import Database
import Domain
package import Wire

extension Catalog {
    package func deleteObjects(_ request: DeleteObjects.Request, _ context: CallContext) async throws -> DeleteOutcome {
        _ = try actor(context)
        guard request.paths.count <= Self.maxDeletedPaths else {
            throw RPCError.invalid("paths", "at most \(Self.maxDeletedPaths) paths")
        }
        var errors: [PathError] = []
        var keys: Set<[UInt8]> = []
        for path in request.paths {
            do throws(InvalidName) {
                keys.insert(try ObjectKey(path).bytes)
            } catch {
                errors.append(
                    PathError(
                        path: path, code: RPCError.Code.invalidArgument.rawValue, message: error.description))
            }
        }
        let deletion = Deletion(
            repository: request.repository, branch: request.branch,
            keys: keys.sorted { $0.lexicographicallyPrecedes($1) }, id: request.operationID.uuid, force: request.force)
        try await stage(deletion, deadline(context))
        countStaged(deletion.keys.count, request.repository, request.branch)
        return DeleteOutcome(errors: errors)
    }

    static let maxDeletedPaths = 1_000

    /// As `stage` for one entry: all keys are in one statement, so all or none of them find the token open.
    private func stage(_ deletion: Deletion, _ deadline: ContinuousClock.Instant) async throws {
        var attempt = 0
        while true {
            if !deletion.keys.isEmpty {
                let rows = try await database.exclusive([deletion.call], deadline: deadline)
                if rows[0].affected > 0 { return }
            }
            if try await isStaged(deletion.first, deadline) || deletion.keys.isEmpty { return }
            attempt += 1
            try await pause(attempt, until: deadline)
        }
    }
}

/// Tombstones of many keys.
private struct Deletion: Sendable {
    let repository: RepositoryName
    let branch: BranchName
    /// In order, which is the order in which rows are locked.
    let keys: [[UInt8]]
    let id: UUIDBytes
    let force: Bool

    /// To look for what was written, and for what keeps the branch from being written.
    var first: StagedWrite {
        StagedWrite(
            repository: repository, repositoryID: nil, branch: branch, key: keys.first ?? [], entry: nil, id: id,
            force: force)
    }

    var call: Call {
        StagedWrite.insert.call(
            first.common,
            columns: [
                .uuids(keys.map { _ in id }), .byteArrays(keys), .byteArrays(keys.map { _ in nil }),
            ])
    }
}
