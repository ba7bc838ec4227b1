import Cryptography
import Database
import Domain
import VersionTree
package import Wire

extension Catalog {
    package func createCommit(_ request: CreateCommit.Request, _ context: CallContext) async throws -> Commit {
        let actor = try actor(context)
        let deadline = deadline(context)
        return try await makeCommit(on: request.branch, of: request.repository, request.operationID, deadline) {
            state, turn in
            try state.repository.checkWritable(force: request.force)
            if state.isProtected { throw RPCError.protectedFromCommits }
            let tree = tree(state.repository.id, state.repository.salt, deadline)
            let sealed: BranchState
            let root: NodeHash
            if let source = request.sourceMetaRange {
                guard let clean = try await clean(state, tree, deadline) else { return nil }
                sealed = clean
                root = try await givenTree(source, state.repository.id, deadline)
            } else {
                guard let closed = try await seal(state, deadline) else { return nil }
                sealed = closed
                root = try await committedTree(sealed, tree, deadline)
            }
            guard root != sealed.headTree || request.allowsEmpty else { throw RPCError.noChanges }
            let content = CommitContent(
                parents: [sealed.head], committer: actor, message: request.message, created: request.date ?? now(),
                root: root == sealed.headTree ? sealed.headRoot : root, metadata: request.metadata)
            let commit = CommitRecord(content, on: [sealed.headAge])
            return Made(commit, on: sealed, action: "commit", actor: actor)
        }
    }

    /// A tree that was written before, whole.
    func givenTree(
        _ text: String, _ repository: Int64, _ deadline: ContinuousClock.Instant
    ) async throws -> NodeHash {
        guard let root = NodeHash(hex: text) else { throw RPCError.invalid("metarange", "'\(text)' is no tree's id") }
        if root == Tree.emptyRoot { return root }
        do {
            try await touch(root, repository, deadline)
        } catch TreeError.missingNode {
            throw RPCError(.notFound, subject: "metarange", "metarange not found")
        }
        return root
    }

    /// A commit that is made but not on its branch yet.
    struct Made {
        let commit: CommitRecord
        let state: BranchState
        let action: String
        let actor: String
        /// The pull request that is merged by it.
        let pull: PullRequestID?

        init(
            _ commit: CommitRecord, on state: BranchState, action: String, actor: String,
            closing pull: PullRequestID? = nil
        ) {
            self.commit = commit
            self.state = state
            self.action = action
            self.actor = actor
            self.pull = pull
        }
    }

    /// Makes a commit and moves the branch to it, as often as it takes.
    /// - Parameter make: works from one version of the branch; nil where that has passed.
    func makeCommit(
        on branch: BranchName, of repository: RepositoryName, _ operation: OperationID,
        _ deadline: ContinuousClock.Instant, _ make: (BranchState, BranchTurn?) async throws -> Made?
    ) async throws -> Commit {
        try await operate(
            on: branch, of: repository, operation, deadline: deadline,
            recall: { state, answer in
                guard let id = SHA256Digest(bytes: answer) else { throw RPCError.corrupted("answer") }
                return try await commitStore(state.repository.id, deadline).commit(id).message
            },
            attempt: { state, turn in
                guard let made = try await make(state, turn) else { return nil }
                var move = BranchMove(made.state, to: made.commit, isNew: true, retiring: made.state.lowerTokens)
                move.operation = (operation.uuid, made.commit.id.bytes)
                move.action = made.action
                move.actor = made.actor
                move.pull = made.pull
                move.ticket = turn?.ticket ?? .max
                return try await self.move(move, deadline) ? made.commit.message : nil
            })
    }
}
