import Cryptography
import Database
import Domain
package import Wire

extension Catalog {
    package func undeleteBranch(_ request: UndeleteBranch.Request, _ context: CallContext) async throws -> Branch {
        let deadline = deadline(context)
        let deleted = try await deleted(
            request.branch.string, .branch, request.deletion, of: request.repository, deadline)
        let commit = try await makeBranch(
            NewReference(
                repository: request.repository, name: request.branch.string, kind: .branch, source: deleted.commit,
                isHidden: deleted.isHidden, force: request.force, operation: request.operationID,
                action: "undelete branch", actor: try actor(context)), deadline)
        return Branch(name: request.branch, commitID: CommitID(commit))
    }

    package func undeleteTag(_ request: UndeleteTag.Request, _ context: CallContext) async throws -> Tag {
        let deadline = deadline(context)
        let deleted = try await deleted(request.tag.string, .tag, request.deletion, of: request.repository, deadline)
        let commit = try await makeTag(
            NewReference(
                repository: request.repository, name: request.tag.string, kind: .tag, source: deleted.commit,
                isHidden: false, force: request.force, operation: request.operationID, action: "undelete tag",
                actor: try actor(context)), deadline)
        return Tag(name: request.tag, commitID: CommitID(commit))
    }

    /// Where a branch or tag was when it was deleted.
    /// - Parameter deletion: a move of the ref log; nil for the latest deletion.
    /// - Throws: `notFound`
    private func deleted(
        _ name: String, _ kind: RefKind, _ deletion: Int64?, of repository: RepositoryName,
        _ deadline: ContinuousClock.Instant
    ) async throws -> (commit: RefExpression, isHidden: Bool) {
        let rows = try await database.read(
            RefLog.lastDeletion,
            [
                .name(repository), .name(name), .int64(kind.rawValue), .int64(deletion ?? 0),
                .int64(deletion ?? .max),
            ], deadline: deadline)
        guard let row = rows.first else { throw RPCError.repositoryNotFound }
        guard let head = try row.optionalDigest(0) else {
            throw kind == .branch ? RPCError.deletedBranchNotFound : .deletedTagNotFound
        }
        return (try RefExpression(head.hex), try row.bool(1))
    }
}
