import Cryptography
import Domain
import VersionTree
package import Wire

extension Catalog {
    package func revertCommit(_ request: RevertCommit.Request, _ context: CallContext) async throws -> Commit {
        let actor = try actor(context)
        let deadline = deadline(context)
        guard request.parentNumber >= 0 else { throw RPCError.invalid("parent", "the parent number is negative") }
        return try await makeCommit(on: request.branch, of: request.repository, request.operationID, deadline) {
            state, _ in
            let reverted = try await commit(request.reference, in: request.repository, deadline)
            try state.repository.checkWritable(force: request.force)
            let store = commitStore(state.repository.id, deadline)
            let parent = try await parent(
                of: reverted, number: request.parentNumber == 0 ? nil : request.parentNumber,
                severalError: RPCError(.conflict, subject: "parent", "a merge commit is reverted by a parent number"),
                store)
            let tree = tree(state.repository.id, state.repository.salt, deadline)
            guard let clean = try await clean(state, tree, deadline) else { return nil }
            let root = try await integrate(tree, base: reverted.root, source: parent.root, into: clean.headTree)
            guard root != clean.headTree || request.allowsEmpty else { throw RPCError.noChanges }
            let content = CommitContent(
                parents: [clean.head], committer: actor, message: request.message ?? "Revert \(request.reference)",
                created: now(), root: root == clean.headTree ? clean.headRoot : root, metadata: request.metadata)
            return Made(
                CommitRecord(content, on: [clean.headAge]), on: clean, action: "revert", actor: actor)
        }
    }

    package func cherryPick(_ request: CherryPick.Request, _ context: CallContext) async throws -> Commit {
        let actor = try actor(context)
        let deadline = deadline(context)
        if let number = request.parentNumber, number < 1 {
            throw RPCError.invalid("parent", "parent numbers begin at 1")
        }
        return try await makeCommit(on: request.branch, of: request.repository, request.operationID, deadline) {
            state, _ in
            let picked = try await commit(request.reference, in: request.repository, deadline)
            try state.repository.checkWritable(force: request.force)
            let store = commitStore(state.repository.id, deadline)
            let parent = try await parent(
                of: picked, number: request.parentNumber,
                severalError: .invalid("parent", "a merge commit is picked by a parent number"), store)
            let tree = tree(state.repository.id, state.repository.salt, deadline)
            guard let clean = try await clean(state, tree, deadline) else { return nil }
            let root = try await integrate(tree, base: parent.root, source: picked.root, into: clean.headTree)
            guard root != clean.headTree else { throw RPCError.noChanges }
            var metadata = request.metadata ?? picked.content.metadata
            metadata["cherry-pick-origin"] = picked.id.hex
            metadata["cherry-pick-committer"] = picked.content.committer
            let content = CommitContent(
                parents: [clean.head], committer: actor, message: request.message ?? picked.content.message,
                created: now(), root: root, metadata: metadata)
            return Made(
                CommitRecord(content, on: [clean.headAge]), on: clean, action: "cherry-pick",
                actor: actor)
        }
    }

    /// The commit that a reference names.
    func commit(
        _ reference: RefExpression, in repository: RepositoryName, _ deadline: ContinuousClock.Instant
    ) async throws -> CommitRecord {
        let resolved = try await resolve(reference, in: repository, for: .commit, deadline: deadline)
        return try await commitStore(resolved.repositoryID, deadline).commit(resolved.commit)
    }
}
