import Cryptography
import Database
import Domain
import VersionTree
package import Wire

extension Catalog {
    package func createRepository(
        _ request: CreateRepository.Request, _ context: CallContext
    ) async throws -> Repository {
        let actor = try actor(context)
        let deadline = deadline(context)
        if let existing = try await existing(request, deadline) { return existing }
        let salt = try SecureRandom.bytes(Salt.byteCount)
        let now = now()
        let isMade = try await database.transaction(deadline: deadline) { transaction in
            let made = try await transaction.run(
                Self.insertRepository,
                [
                    .name(request.name), .text(request.storageNamespace.string), .name(request.defaultBranch),
                    .bytes(salt), .bool(request.isReadOnly), .bool(request.isBare), .id(request.operationID),
                ])
            guard let id = try made.first?.int64(0) else { return false }
            var calls: [Call] = []
            // Bare and read-only repositories may look at a namespace that another writes to, and clean nothing in it.
            if !request.isBare, !request.isReadOnly {
                try await Self.claim(request.storageNamespace, transaction)
                calls.append(
                    Call(
                        Self.insertJob,
                        [.int64(id), .text(JobKind.cleanUnstaged.rawValue), .double(limits.cleanUpInterval.seconds)]))
            }
            if !request.isBare { calls += Self.firstCommit(id, request.defaultBranch, actor, now) }
            if !calls.isEmpty { _ = try await transaction.pipeline(calls) }
            return true
        }
        guard isMade else {
            // The name was taken meanwhile, maybe by the same call.
            if let existing = try await existing(request, deadline) { return existing }
            throw Self.nameTaken
        }
        return try await repository(request.name, deadline).message
    }

    /// The repository that the same call made before.
    /// - Throws: `alreadyExists` where another has the name.
    private func existing(
        _ request: CreateRepository.Request, _ deadline: ContinuousClock.Instant
    ) async throws -> Repository? {
        do {
            let record = try await repository(request.name, deadline)
            guard record.createOperation == request.operationID.uuid else { throw Self.nameTaken }
            return record.message
        } catch let error as RPCError where error == .repositoryNotFound {
            return nil
        }
    }

    private static let nameTaken = RPCError(
        .alreadyExists, subject: "repository", "error creating repository: not unique")

    /// Takes a namespace for good, unless it lies in another, holds one, or is one. The paths above are taken as such from
    /// the top down, so that rivals meet in the same order.
    private static func claim(_ namespace: StorageNamespace, _ transaction: Transaction) async throws {
        var above: [String] = []
        var path = "\(namespace.scheme.rawValue)://\(namespace.bucket)"
        for element in namespace.prefix.split(separator: "/") {
            above.append(path)
            path += "/\(element)"
        }
        if !above.isEmpty { _ = try await transaction.run(insertAbove, [.texts(above)]) }
        let leaf = try await transaction.run(insertLeaf, [.text(path)])
        let taken = try await transaction.run(selectLeaves, [.texts(above)])
        guard leaf.affected == 1, taken.isEmpty else {
            throw RPCError(
                .alreadyExists, subject: "namespace", "failed to create repository: storage namespace already in use")
        }
    }

    /// The default branch with a commit of nothing.
    private static func firstCommit(
        _ repository: Int64, _ branch: BranchName, _ actor: String, _ now: Int64
    ) -> [Call] {
        let commit = CommitRecord(
            CommitContent(
                parents: [], committer: "", message: "Repository created", created: now, root: nil, metadata: [:]),
            on: [])
        let token = UUIDBytes.random()
        return [
            Call(BranchMove.insertCommit, [.int64(repository)] + commit.parameters),
            Call(
                insertBranch,
                [
                    .int64(repository), .name(branch), .hash(commit.id), .uuid(token), .text("create repository"),
                    .text(actor),
                ]),
        ]
    }

    private static let insertRepository = Statement.write(
        """
        INSERT INTO repository (name, namespace, default_branch, salt, is_read_only, is_bare, create_operation)
        SELECT $1, $2, $3, $4, $5, $6, $7
        WHERE NOT EXISTS (SELECT FROM repository d WHERE d.create_operation = $7)
        ON CONFLICT (name) DO NOTHING RETURNING id
        """)

    private static let insertAbove = Statement.write(
        """
        INSERT INTO namespace (path, is_leaf) SELECT p.path, false FROM unnest($1::text[]) AS p (path)
        ON CONFLICT (path) DO NOTHING
        """)
    private static let insertLeaf = Statement.write(
        "INSERT INTO namespace (path, is_leaf) VALUES ($1, true) ON CONFLICT (path) DO NOTHING")
    private static let selectLeaves = Statement.write(
        "SELECT 1 FROM namespace WHERE path = ANY ($1::text[]) AND is_leaf LIMIT 1")

    private static let insertJob = Statement.write(
        """
        INSERT INTO job (repository, kind, due) VALUES ($1, $2, now() + $3 * interval '1 second') ON CONFLICT DO NOTHING
        """)

    private static let insertBranch = Statement.write(
        """
        WITH made AS (
            INSERT INTO ref (repository, name, kind, head, tokens) VALUES ($1, $2, 1, $3, ARRAY[$4::uuid])
            RETURNING repository, id, name, head
        ), logged AS (
            INSERT INTO ref_log (repository, name, kind, action, new_head, actor)
            SELECT m.repository, m.name, 1, $5::text, m.head, $6::text FROM made m
        )
        INSERT INTO token (repository, token, branch, name, state) SELECT m.repository, $4, m.id, m.name, 1 FROM made m
        """)
}
