import Database
import Domain
package import JSONCodec
package import Wire

extension Catalog {
    package func createPull(_ request: CreatePull.Request, _ context: CallContext) async throws -> PullRequest {
        let actor = try actor(context)
        let deadline = deadline(context)
        try Self.checkPull(title: request.title, text: request.text)
        guard request.source != request.destination else {
            throw RPCError.invalid("branch", "source and destination are the same branch")
        }
        let rows = try await database.exclusive(
            Self.insertPull,
            [
                .name(request.repository), .text(request.id.string), .text(request.title), .text(request.text),
                .text(actor), .name(request.source), .name(request.destination),
            ], deadline: deadline)
        if rows.isEmpty {
            for branch in [request.source, request.destination] {
                guard try await head(branch.string, .branch, of: request.repository, deadline) != nil else {
                    throw RPCError.branchNotFound
                }
            }
        }
        // Also where it was made by an earlier try.
        return try await pull(request.id, of: request.repository, deadline)
    }

    package func getPull(_ request: GetPull.Request, _ context: CallContext) async throws -> PullRequest {
        try await pull(request.id, of: request.repository, deadline(context))
    }

    package func listPulls(_ request: ListPulls.Request, _ context: CallContext) async throws -> Listed<PullRequest> {
        let amount = try NameRange.check(request.range.amount)
        let prefix = request.range.prefix
        let rows = try await database.read(
            request.isOpen.map { $0 ? PullRows.open : PullRows.over } ?? PullRows.all,
            [
                .name(request.repository), .text(request.range.after), .text(prefix),
                // Behind every id, none of which has such a character.
                .text(prefix + "~"), .int64(Int64(amount) + 1),
            ], deadline: deadline(context))
        if rows.isEmpty { throw RPCError.repositoryNotFound }
        let pulls = try rows.compactMap { try PullRows.read($0) }
        return Listed(results: Array(pulls.prefix(amount)), hasMore: pulls.count > amount)
    }

    package func updatePull(_ request: UpdatePull.Request, _ context: CallContext) async throws -> Nothing {
        _ = try actor(context)
        let deadline = deadline(context)
        try Self.checkPull(title: request.title ?? "", text: request.text ?? "")
        let rows = try await database.exclusive(
            Self.updatePull,
            [
                .name(request.repository), .text(request.id.string), .nullable(request.title),
                .nullable(request.text), .nullable(request.isOpen.map { Int32($0 ? 1 : 2) }),
            ], deadline: deadline)
        if rows.isEmpty {
            _ = try await pull(request.id, of: request.repository, deadline)
            throw RPCError.badPullState
        }
        return Nothing()
    }

    package func mergePull(_ request: MergePull.Request, _ context: CallContext) async throws -> Commit {
        let pull = try await pull(request.id, of: request.repository, deadline(context))
        return try await merge(
            MergeBranch.Request(
                repository: request.repository, source: try RefExpression(pull.source.string),
                destination: pull.destination, operationID: request.operationID), closing: request.id, context)
    }

    /// - Throws: `notFound` (repository, pull)
    func pull(
        _ id: PullRequestID, of repository: RepositoryName, _ deadline: ContinuousClock.Instant
    ) async throws -> PullRequest {
        let rows = try await database.read(PullRows.one, [.name(repository), .text(id.string)], deadline: deadline)
        guard let row = rows.first else { throw RPCError.repositoryNotFound }
        guard let pull = try PullRows.read(row) else { throw RPCError.pullNotFound }
        return pull
    }

    private static func checkPull(title: String, text: String) throws {
        guard title.utf8.count <= PullRequest.maxTitleBytes else {
            throw RPCError.invalid("title", "a title has at most \(PullRequest.maxTitleBytes) bytes")
        }
        guard text.utf8.count <= PullRequest.maxTextBytes else {
            throw RPCError.invalid("description", "a description has at most \(PullRequest.maxTextBytes) bytes")
        }
        guard !title.utf8.contains(0), !text.utf8.contains(0) else {
            throw RPCError.invalid("text", "a text may have no NUL character")
        }
    }

    private static let insertPull = Statement.write(
        """
        INSERT INTO pull (repository, id, title, description, author, source, destination)
        SELECT r.id, $2, $3, $4, $5, $6, $7 FROM \(Lookup.heldRepository("$1"))
        CROSS JOIN \(Lookup.branch("$6", as: "s"))
        CROSS JOIN \(Lookup.branch("$7", as: "d"))
        ON CONFLICT DO NOTHING RETURNING 1
        """)

    /// What is merged stays so.
    private static let updatePull = Statement.write(
        """
        UPDATE pull SET title = coalesce($3::text, title), description = coalesce($4::text, description),
            state = coalesce($5::integer, state),
            closed = CASE WHEN coalesce($5::integer, state) = state THEN closed WHEN $5::integer = 1 THEN NULL ELSE now() END
        WHERE repository = (SELECT r.id FROM repository r WHERE r.name = $1) AND id = $2
            AND ($5::integer IS NULL OR state <> 3)
        RETURNING 1
        """)
}

extension Lookup {
    /// Whether a repository `r` has a branch; no columns.
    fileprivate static func branch(_ name: String, as alias: String) -> String {
        """
        LATERAL (SELECT FROM ref f WHERE f.repository = r.id AND f.name = \(name) AND f.kind = 1 OFFSET 0) \(alias)
        """
    }
}
