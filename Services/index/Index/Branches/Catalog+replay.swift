import Cryptography
import Domain
import JSONCodec
import VersionTree
package import Wire

extension Catalog {
    package func replayBranch(_ request: ReplayBranch.Request, _ context: CallContext) async throws -> Replay {
        let actor = try actor(context)
        let deadline = deadline(context)
        let rules = ConflictRules(request.strategy)
        return try await operate(
            on: request.branch, of: request.repository, request.operationID, deadline: deadline,
            recall: { _, answer in
                guard let replay = try? Replay(jsonBytes: answer) else { throw RPCError.corrupted("answer") }
                return replay
            },
            attempt: { state, turn in
                let onto = try await commit(request.onto, in: request.repository, deadline)
                try state.repository.checkWritable(force: request.force)
                if state.isProtected { throw RPCError.protectedFromCommits }
                let tree = tree(state.repository.id, state.repository.salt, deadline)
                guard let clean = try await clean(state, tree, deadline) else { return nil }
                let store = commitStore(state.repository.id, deadline)
                let line = try await UniqueCommits(store: store, limit: ReplayBranch.maxCommits)
                    .commits(of: clean.head, notIn: onto.id)
                var run = ReplayRun(tip: onto, actor: actor, now: now())
                for origin in line { try await replay(origin, &run, tree, store, rules) }
                let replay = Replay(head: CommitID(run.tip.id), commits: run.commits)
                guard run.tip.id != clean.head else { return replay }
                var move = BranchMove(clean, to: run.tip, isNew: !run.made.isEmpty, retiring: clean.lowerTokens)
                move.earlier = run.made.dropLast()
                move.operation = (request.operationID.uuid, try replay.jsonBytes())
                move.action = "replay"
                move.actor = actor
                move.ticket = turn?.ticket ?? .max
                return try await self.move(move, deadline) ? replay : nil
            })
    }

    /// How far a replay has come.
    private struct ReplayRun {
        var tip: CommitRecord
        let actor: String
        /// Seconds since 1970.
        let now: Int64
        var made: [CommitRecord] = []
        var commits: [ReplayedCommit] = []

        mutating func note(_ origin: CommitRecord, _ commit: CommitRecord?) {
            commits.append(
                ReplayedCommit(origin: CommitID(origin.id), commit: commit.map { CommitID($0.id) }))
            if let commit { tip = commit }
        }
    }

    /// Makes one commit again on the tip.
    /// - Throws: `conflict`
    private func replay(
        _ origin: CommitRecord, _ run: inout ReplayRun, _ tree: Tree, _ store: CommitStore, _ rules: ConflictRules
    ) async throws {
        guard origin.parents.count <= 1 else { return run.note(origin, nil) }
        if origin.parents.first == run.tip.id { return run.note(origin, origin) }
        var base = Tree.emptyRoot
        if let parent = origin.parents.first { base = try await store.commitForWalk(parent).root }
        let root: NodeHash
        do {
            root = try await integrate(tree, base: base, source: origin.root, into: run.tip.root, settledBy: rules)
        } catch let error as RPCError where error.code == .conflict {
            throw RPCError(.conflict, subject: error.subject, "commit \(origin.id.hex): \(error.message)")
        }
        // One that was empty from the first stays.
        if root == run.tip.root, origin.root != base { return run.note(origin, nil) }
        var metadata = origin.content.metadata
        metadata["replay-origin"] = origin.id.hex
        metadata["replay-committer"] = origin.content.committer
        let content = CommitContent(
            parents: [run.tip.id], committer: run.actor, message: origin.content.message, created: run.now,
            root: root == run.tip.root ? run.tip.content.root : root, metadata: metadata)
        let commit = CommitRecord(content, on: [run.tip.age])
        run.made.append(commit)
        run.note(origin, commit)
    }
}
