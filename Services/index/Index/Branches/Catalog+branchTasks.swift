import Database
import Domain
import JSONCodec
package import Wire

/// Commits and merges as jobs. What would be refused at once is refused when it is submitted; all of it is looked at again
/// when it is carried out.
extension Catalog {
    package func submitCommit(_ request: SubmitCommit.Request, _ context: CallContext) async throws -> TaskTicket {
        let commit = request.commit
        let deadline = deadline(context)
        let state = try await state(of: commit.branch, in: commit.repository, commit.operationID, deadline)
        try state.repository.checkWritable(force: commit.force)
        if state.isProtected { throw RPCError.protectedFromCommits }
        return try await submit(
            .commitBranch, String(decoding: try commit.jsonBytes(), as: UTF8.self), commit.operationID,
            to: commit.repository, context)
    }

    package func submitMerge(_ request: SubmitMerge.Request, _ context: CallContext) async throws -> TaskTicket {
        let merge = request.merge
        let deadline = deadline(context)
        _ = try ConflictRules(merge.resolutions, merge.strategy)
        let state = try await state(of: merge.destination, in: merge.repository, merge.operationID, deadline)
        _ = try await resolve(merge.source, in: merge.repository, for: .commit, deadline: deadline)
        try state.repository.checkWritable(force: merge.force)
        return try await submit(
            .mergeBranch, String(decoding: try merge.jsonBytes(), as: UTF8.self), merge.operationID,
            to: merge.repository, context)
    }

    private func state(
        of branch: BranchName, in repository: RepositoryName, _ operation: OperationID,
        _ deadline: ContinuousClock.Instant
    ) async throws -> BranchState {
        guard let state = try await branchState(repository, branch, operation, .max, deadline) else {
            throw RPCError.repositoryNotFound
        }
        return state
    }

    package func runBranchTask(
        _ request: RunBranchTask.Request, _ context: CallContext
    ) async throws -> BranchTaskOutcome {
        let id = try jobID(request.jobID)
        let rows = try await database.read(
            Self.selectHeld, id.parameters + [.int64(request.fencing)], deadline: deadline(context))
        guard let row = rows.first else {
            try await checkHeld(rows, id, deadline(context))
            throw RPCError.leaseLost
        }
        var context = context
        context.principal = Principal(userID: try row.text(2))
        do {
            return BranchTaskOutcome(try await carryOut(row, context))
        } catch let error as RPCError where !error.mayPass {
            return BranchTaskOutcome(error)
        }
    }

    private func carryOut(_ row: Row, _ context: CallContext) async throws -> Commit {
        let wanted = Array(try row.text(1).utf8)
        // The repository may have another name by now, and its name be another's.
        let name = try row.name(3, RepositoryName.init)
        switch JobKind(rawValue: try row.text(0)) {
        case .commitBranch:
            var commit = try CreateCommit.Request(jsonBytes: wanted)
            commit.repository = name
            return try await createCommit(commit, context)
        case .mergeBranch:
            var merge = try MergeBranch.Request(jsonBytes: wanted)
            merge.repository = name
            return try await mergeBranch(merge, context)
        default: throw RPCError.jobNotFound
        }
    }

    private static let selectHeld = Statement.read(
        """
        SELECT j.kind, j.request, j.actor, r.name FROM job j CROSS JOIN \(Lookup.repository("j.repository"))
        WHERE j.repository = $1 AND j.id = $2 AND j.fencing = $3 AND j.ends > clock_timestamp() AND r.name IS NOT NULL
        """)
}
