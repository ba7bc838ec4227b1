import Cryptography
import Domain
package import JSONCodec
package import Wire

extension Catalog {
    package func createBranch(_ request: CreateBranch.Request, _ context: CallContext) async throws -> Branch {
        let commit = try await makeBranch(
            NewReference(
                repository: request.repository, name: request.name.string, kind: .branch, source: request.source,
                isHidden: request.isHidden, force: request.force, operation: request.operationID,
                action: "create branch", actor: try actor(context)), deadline(context))
        return Branch(name: request.name, commitID: CommitID(commit))
    }

    /// - Throws: `alreadyExists`, or `conflict` where something else has the name.
    func makeBranch(_ new: NewReference, _ deadline: ContinuousClock.Instant) async throws -> SHA256Digest {
        let (commit, point) = try await make(new, deadline)
        if let commit { return commit }
        if point?.kind == .branch {
            throw RPCError(.alreadyExists, subject: "branch", "branch already exists")
        }
        throw RPCError(.conflict, subject: "branch", "conflict found: a tag or commit has this name")
    }

    package func getBranch(_ request: GetBranch.Request, _ context: CallContext) async throws -> Branch {
        let commit = try await head(request.branch.string, .branch, of: request.repository, deadline(context))
        guard let commit else { throw RPCError.branchNotFound }
        return Branch(name: request.branch, commitID: CommitID(commit))
    }

    package func listBranches(
        _ request: ListBranches.Request, _ context: CallContext
    ) async throws -> Listed<Branch> {
        try await list(
            .branch, of: request.repository, request.range, showsHidden: request.showsHidden, deadline(context)
        ) { row in
            Branch(name: try row.name(0, BranchName.init), commitID: CommitID(try row.digest(1)))
        }
    }

    package func deleteBranch(_ request: DeleteBranch.Request, _ context: CallContext) async throws -> Nothing {
        try await delete(
            request.branch.string, .branch, of: request.repository, force: request.force, request.operationID,
            actor: try actor(context), notFound: .branchNotFound, deadline(context))
        return Nothing()
    }
}
