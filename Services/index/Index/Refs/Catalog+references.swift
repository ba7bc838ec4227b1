import Cryptography
import Database
import Domain
import Wire

/// What making, listing and deleting have in common for branches and tags.
extension Catalog {
    struct NewReference {
        let repository: RepositoryName
        let name: String
        let kind: RefKind
        let source: RefExpression
        let isHidden: Bool
        let force: Bool
        let operation: OperationID
        /// What the ref log calls it.
        let action: String
        let actor: String
    }

    /// Makes a branch or tag.
    /// - Returns: the commit it names; nil where the name is taken, by what `point` tells.
    func make(_ new: NewReference, _ deadline: ContinuousClock.Instant) async throws -> (SHA256Digest?, ReferencePoint?)
    {
        let source: ResolvedReference
        do {
            source = try await resolve(new.source, in: new.repository, for: .commit, deadline: deadline)
        } catch let error as RPCError where error.subject == "reference" {
            // Of what was made before the source may be gone.
            let point = try await point(new.repository, new.name, new.operation, deadline)
            guard let commit = point.answeredCommit else { throw error }
            return (commit, nil)
        }
        let rows = try await database.gather(
            Self.insertReference,
            [
                .name(new.repository), .bool(new.kind == .branch), .bool(new.isHidden), .hash(source.commit),
                .text(new.action), .text(new.actor), .bool(new.force), .int64(source.repositoryID),
            ],
            own: [
                .id(new.operation), .uuid(.random()), .name(new.name),
                .nullable(CommitPrefix(new.name).flatMap { new.name.utf8.count == 64 ? $0.first : nil }),
            ], orderedBy: Array("\(new.repository)/\(new.name)".utf8), deadline: deadline)
        if !rows.isEmpty { return (source.commit, nil) }
        let point = try await point(new.repository, new.name, new.operation, deadline)
        if let commit = point.answeredCommit { return (commit, nil) }
        try point.repository.checkWritable(force: new.force)
        return (nil, point)
    }

    /// Nothing is made where the operation was carried out before, even if what it made is gone, nor under the name of a
    /// commit. A tag has no token. One execution makes the references of many to one commit, each with its own operation; a row
    /// for each that was made.
    private static let insertReference = GatheredStatement.write(
        .uuid,
        """
        WITH wanted (operation, token, name, lookalike) AS MATERIALIZED (
            SELECT * FROM unnest($9::uuid[], $10::uuid[], $11::bytea[], $12::bytea[])
        ), made AS (
            INSERT INTO ref (repository, name, kind, is_hidden, head, head_root, tokens)
            SELECT r.id, w.name, CASE WHEN $2 THEN 1 ELSE 2 END, $3, $4, c.root,
                CASE WHEN $2 THEN ARRAY[w.token] ELSE '{}'::uuid[] END
            FROM \(Lookup.heldRepository("$1"))
            CROSS JOIN \(Lookup.commit("$4", of: "r.id"))
            CROSS JOIN wanted w
            WHERE r.id = $8 AND (NOT r.is_read_only OR $7)
                AND NOT EXISTS (SELECT FROM operation o WHERE o.repository = $8 AND o.id = w.operation OFFSET 0)
                AND NOT EXISTS (SELECT FROM commit t WHERE t.repository = $8 AND t.id = w.lookalike OFFSET 0)
            ON CONFLICT (repository, name) DO NOTHING
            RETURNING repository, id, name, kind, head, tokens
        ), opened AS (
            INSERT INTO token (repository, token, branch, name, state)
            SELECT m.repository, m.tokens[1], m.id, m.name, 1 FROM made m WHERE m.kind = 1
        ), remembered AS (
            INSERT INTO operation (repository, id, answer)
            SELECT m.repository, w.operation, m.head FROM made m CROSS JOIN wanted w WHERE w.name = m.name
            ON CONFLICT DO NOTHING
        ), logged AS (
            INSERT INTO ref_log (repository, name, kind, action, new_head, actor)
            SELECT m.repository, m.name, m.kind, $5::text, m.head, $6::text FROM made m
        )
        SELECT w.operation FROM made m CROSS JOIN wanted w WHERE w.name = m.name
        """)

    /// Names and commits of a page, in the order of the names.
    func list<Item>(
        _ kind: RefKind, of repository: RepositoryName, _ range: ListRange, showsHidden: Bool,
        _ deadline: ContinuousClock.Instant, _ make: (Row) throws -> Item
    ) async throws -> Listed<Item> {
        let range = try NameRange(range)
        let rows = try await database.read(
            kind == .branch ? Self.selectBranches : Self.selectTags,
            range.parameters + [.name(repository), .bool(showsHidden)], deadline: deadline)
        guard let first = rows.first else { throw RPCError.repositoryNotFound }
        if try first.isNull(0) { return Listed(results: [], hasMore: false) }
        return Listed(results: try rows.prefix(range.amount).map(make), hasMore: rows.count > range.amount)
    }

    /// Without a reference, one row of NULLs tells that the repository exists.
    private static func selectReferences(_ kind: RefKind) -> Statement {
        Statement.read(
            """
            SELECT f.name, f.head FROM repository r
            LEFT JOIN LATERAL (
                SELECT f.name, f.head FROM ref f
                WHERE f.repository = r.id AND f.kind = \(kind.rawValue) AND f.name > $1 AND f.name >= $2 AND f.name < $3
                    AND (NOT f.is_hidden OR $6)
                ORDER BY f.name LIMIT $4
            ) f ON true
            WHERE r.name = $5
            ORDER BY f.name
            """)
    }

    static let selectBranches = selectReferences(.branch)
    static let selectTags = selectReferences(.tag)

    /// Deletes a reference.
    /// - Parameter notFound: what is thrown where there is none of this kind.
    func delete(
        _ name: String, _ kind: RefKind, of repository: RepositoryName, force: Bool, _ operation: OperationID,
        actor: String, notFound: RPCError, _ deadline: ContinuousClock.Instant
    ) async throws {
        while true {
            let point = try await point(repository, name, operation, deadline)
            if point.answer != nil { return }
            guard point.kind == kind else { throw notFound }
            try point.repository.checkWritable(force: force)
            if kind == .branch, name == point.repository.defaultBranch.string {
                throw RPCError(.forbidden, subject: "branch", "cannot delete repository default branch")
            }
            let rows = try await database.exclusive(
                Self.deleteReference,
                [
                    .int64(point.repository.id), .name(name), .int64(point.id), .id(operation),
                    .text(kind == .branch ? "delete branch" : "delete tag"), .text(actor),
                ], deadline: deadline)
            if let row = rows.first {
                let tokens = try row.uuids(0)
                if !tokens.isEmpty { await retire(tokens, repository: point.repository.id, deadline) }
                return
            }
        }
    }

    /// The uploads of a branch end with it: nobody could list or complete them any more.
    private static let deleteReference = Statement.write(
        """
        WITH gone AS (
            DELETE FROM ref f WHERE f.repository = $1 AND f.name = $2 AND f.id = $3
            RETURNING f.repository, f.name, f.kind, f.head, f.tokens, f.is_hidden
        ), remembered AS (
            INSERT INTO operation (repository, id, answer) SELECT g.repository, $4, g.head FROM gone g
            ON CONFLICT DO NOTHING
        ), logged AS (
            INSERT INTO ref_log (repository, name, kind, action, old_head, actor, is_hidden)
            SELECT g.repository, g.name, g.kind, $5::text, g.head, $6::text, g.is_hidden FROM gone g
        ), aborted AS (
            UPDATE upload u SET state = 4, changed = now()
            WHERE u.repository = $1 AND u.branch = $2 AND u.state IN (1, 2)
                AND EXISTS (SELECT FROM gone g WHERE g.kind = 1)
        )
        SELECT g.tokens FROM gone g
        """)
}
