import Cryptography
import Domain
import VersionTree
package import Wire

extension Catalog {
    package func mergeBranch(_ request: MergeBranch.Request, _ context: CallContext) async throws -> Commit {
        try await merge(request, closing: nil, context)
    }

    /// - Parameter pull: the pull request that asks for it, and says so once it is done.
    func merge(
        _ request: MergeBranch.Request, closing pull: PullRequestID?, _ context: CallContext
    ) async throws -> Commit {
        let actor = try actor(context)
        let deadline = deadline(context)
        let destination = request.destination
        let rules = try ConflictRules(request.resolutions, request.strategy)
        return try await makeCommit(on: destination, of: request.repository, request.operationID, deadline) {
            state, _ in
            if let pull, try await self.pull(pull, of: request.repository, deadline).state != .open {
                throw RPCError.badPullState
            }
            let source = try await resolve(request.source, in: request.repository, for: .commit, deadline: deadline)
            try state.repository.checkWritable(force: request.force)
            let store = commitStore(state.repository.id, deadline)
            let tree = tree(state.repository.id, state.repository.salt, deadline)
            guard let clean = try await clean(state, tree, deadline) else { return nil }
            if let expected = request.ifDestination, expected.digest != clean.head { throw RPCError.branchMoved }
            let base = try await MergeBaseSearch(store: store).base(clean.head, source.commit)?.root ?? Tree.emptyRoot
            guard source.tree != base || request.allowsEmpty || request.force else { throw RPCError.noChanges }
            let root = try await integrate(
                tree, base: base, source: source.tree, into: clean.headTree, settledBy: rules)
            let commit = try await store.commit(source.commit)
            var metadata = request.metadata
            metadata[Self.strategyKey] = request.strategy?.rawValue ?? "default"
            let content = CommitContent(
                parents: request.squashes ? [clean.head] : [clean.head, commit.id], committer: actor,
                message: request.message ?? "Merge '\(request.source)' into '\(destination)'", created: now(),
                root: root == clean.headTree ? clean.headRoot : root, metadata: metadata)
            let parents = request.squashes ? [clean.headAge] : [clean.headAge, commit.age]
            return Made(
                CommitRecord(content, on: parents), on: clean, action: "merge", actor: actor, closing: pull)
        }
    }

    private static let strategyKey = ".lakefs.merge.strategy"

    package func findMergeBase(_ request: FindMergeBase.Request, _ context: CallContext) async throws -> MergeBase {
        let deadline = deadline(context)
        let source = try await resolve(request.source, in: request.repository, for: .commit, deadline: deadline)
        let destination = try await resolve(
            request.destination, in: request.repository, for: .commit, deadline: deadline)
        let search = MergeBaseSearch(store: commitStore(source.repositoryID, deadline))
        guard let base = try await search.base(source.commit, destination.commit) else {
            throw RPCError.commitNotFound
        }
        return MergeBase(
            source: CommitID(source.commit), destination: CommitID(destination.commit), base: CommitID(base.id))
    }
}
