import Cryptography
import Database
import Domain
package import JSONCodec
import Logging
import VersionTree
package import Wire

extension Catalog {
    package func resetBranch(_ request: ResetBranch.Request, _ context: CallContext) async throws -> Nothing {
        let actor = try actor(context)
        let deadline = deadline(context)
        return try await operate(
            on: request.branch, of: request.repository, request.operationID, deadline: deadline,
            recall: { _, _ in Nothing() },
            attempt: { state, turn in
                try state.repository.checkWritable(force: request.force)
                if state.isProtected { throw RPCError.protectedFromWrites }
                guard !state.isUntouched else { return Nothing() }
                let isDone =
                    switch request.scope {
                    case .all: try await resetAll(state, request.operationID, turn, deadline)
                    case .object(let path):
                        try await reset(
                            state, from: Array(path.utf8), isPrefix: false, request.operationID, actor, turn, deadline)
                    case .prefix(let prefix):
                        try await reset(
                            state, from: Array(prefix.utf8), isPrefix: true, request.operationID, actor, turn, deadline)
                    }
                return isDone ? Nothing() : nil
            })
    }

    /// Replaces open token, lower tokens and working tree in one step. A write that still goes into the old open token was
    /// under way with the reset, and counts as written before it.
    private func resetAll(
        _ state: BranchState, _ operation: OperationID, _ turn: BranchTurn?, _ deadline: ContinuousClock.Instant
    ) async throws -> Bool {
        let rows = try await database.exclusive(
            Self.replaceTokens,
            [
                .int64(state.repository.id), .name(state.name), .int64(state.id), .int64(state.version),
                .uuid(.random()), .id(operation),
            ], deadline: deadline)
        guard rows.affected == 1 else { return false }
        await retire(state.tokens, repository: state.repository.id, deadline)
        return true
    }

    /// Marks tokens that no branch names any more. If that fails, the upkeep finds them.
    func retire(_ tokens: [UUIDBytes], repository: Int64, _ deadline: ContinuousClock.Instant) async {
        do {
            _ = try await database.exclusive(
                Self.retireTokens, [.int64(repository), .uuids(tokens)], deadline: deadline)
        } catch {
            logger.info("tokens were not retired", metadata: ["error": "\(error)"])
        }
    }

    /// Folds what is staged beside the path or prefix, and takes the committed state for the rest.
    private func reset(
        _ state: BranchState, from path: [UInt8], isPrefix: Bool, _ operation: OperationID, _ actor: String,
        _ turn: BranchTurn?, _ deadline: ContinuousClock.Instant
    ) async throws -> Bool {
        guard let sealed = try await seal(state, deadline) else { return false }
        let tree = tree(state.repository.id, state.repository.salt, deadline)
        let folded = try await foldedTree(
            sealed, tree, keeping: { isPrefix ? !$0.starts(with: path) : $0 != path }, deadline: deadline)
        let root: NodeHash
        if isPrefix {
            let changes = TreeChanges(tree.diff(folded.applied.root, sealed.headTree, prefix: path))
            root = try await tree.apply(to: folded.applied.root, equalIdentity: .takesNew) {
                try await changes.nextBatch()
            }
            .root
        } else if path.isEmpty || path.count > Limits.maxKeyBytes {
            root = folded.applied.root
        } else {
            let old = try await tree.get(sealed.headTree, path)
            root = try await tree.apply(
                to: folded.applied.root, equalIdentity: .takesNew, [TreeChange(key: path, value: old?.bytes)]
            ).root
        }
        var move = BranchMove(sealed, tree: root, isExact: folded.isExact, retiring: sealed.lowerTokens)
        move.operation = (operation.uuid, [])
        move.actor = actor
        move.ticket = turn?.ticket ?? .max
        return try await self.move(move, deadline)
    }

    package func hardResetBranch(_ request: HardResetBranch.Request, _ context: CallContext) async throws -> Nothing {
        let actor = try actor(context)
        let deadline = deadline(context)
        return try await operate(
            on: request.branch, of: request.repository, request.operationID, deadline: deadline,
            recall: { _, _ in Nothing() },
            attempt: { state, turn in
                let target = try await commit(request.reference, in: request.repository, deadline)
                try state.repository.checkWritable(force: request.force)
                if state.isProtected { throw RPCError.protectedFromCommits }
                guard let sealed = try await seal(state, deadline) else { return nil }
                var move = BranchMove(sealed, to: target, isNew: false, retiring: sealed.lowerTokens)
                if !sealed.isUntouched {
                    let tree = tree(state.repository.id, state.repository.salt, deadline)
                    let staged = uncommitted(sealed, tokens: sealed.lowerTokens, tree, deadline)
                    let root = try await tree.apply(to: target.root) { try await staged.nextBatch() }.root
                    move.workingRoot = root == target.root ? nil : root
                }
                move.operation = (request.operationID.uuid, [])
                move.action = "hard reset"
                move.actor = actor
                move.ticket = turn?.ticket ?? .max
                return try await self.move(move, deadline) ? Nothing() : nil
            })
    }

    private static let replaceTokens = Statement.write(
        """
        WITH moved AS (
            UPDATE ref SET version = version + 1, tokens = ARRAY[$5::uuid], working_root = NULL, working_base = NULL,
                working_is_exact = true
            WHERE repository = $1 AND name = $2 AND id = $3 AND version = $4
            RETURNING repository, id, name
        ), remembered AS (
            INSERT INTO operation (repository, id, answer) SELECT m.repository, $6, '' FROM moved m
            ON CONFLICT DO NOTHING
        )
        INSERT INTO token (repository, token, branch, name, state)
        SELECT m.repository, $5, m.id, m.name, 1 FROM moved m
        """)

    private static let retireTokens = Statement.write(
        """
        UPDATE token SET state = 3, since = now() WHERE repository = $1 AND token = ANY ($2::uuid[]) AND state <> 3
        """)
}
