import Cryptography
import Database
import Domain
import VersionTree
import Wire

/// From expressions to what they name.
extension Catalog {
    /// - Parameter window: of which staged rows are to be read along, if there are any.
    /// - Throws: `notFound` (repository, reference), `invalidArgument`.
    func resolve(
        _ reference: RefExpression, in repository: RepositoryName, for use: ReferenceUse, window: KeyWindow? = nil,
        deadline: ContinuousClock.Instant
    ) async throws -> ResolvedReference {
        if use == .commit, reference.view == .staged {
            throw RPCError.invalid("reference", "'\(reference)': a commit is needed, not staged data")
        }
        let base = try await resolveBase(reference, in: repository, window, deadline)
        if reference.view != .plain, !base.isBranch {
            throw RPCError.invalid("reference", "'\(reference)': '@' and '$' stand behind a branch only")
        }
        guard reference.modifiers.isEmpty else { return try await follow(reference, from: base.resolved, deadline) }
        let includesStaged =
            switch use {
            case .objects: reference.view != .committed
            case .commit: false
            case .diff: reference.view == .staged
            }
        return includesStaged ? base.resolved : base.resolved.committed
    }

    /// Looks the base up as full commit id, branch or tag, and prefix of a commit id, in this order.
    private func resolveBase(
        _ reference: RefExpression, in repository: RepositoryName, _ window: KeyWindow?,
        _ deadline: ContinuousClock.Instant
    ) async throws -> (resolved: ResolvedReference, isBranch: Bool) {
        let prefix = CommitPrefix(reference.base)
        if let prefix, reference.base.utf8.count == 64, let id = SHA256Digest(bytes: prefix.first),
            let commit = try await resolve(id, in: repository, deadline)
        {
            return (commit, false)
        }
        let base: [Parameter] = [.name(repository), .name(reference.base)]
        let rows =
            if let window {
                try await database.gather(
                    Self.selectWindow, base + StagedCursor.parameters(of: window), deadline: deadline)
            } else {
                try await database.gather(Self.selectBase, base, deadline: deadline)
            }
        guard let row = rows.first else { throw RPCError.repositoryNotFound }
        let id = try row.int64(0)
        func make(_ commit: SHA256Digest, _ root: NodeHash?, _ working: NodeHash?, _ tokens: [UUIDBytes]) throws
            -> ResolvedReference
        {
            ResolvedReference(
                repositoryID: id, namespace: try namespaces.namespace(id, row, 1), salt: try row.salt(2),
                commit: commit, commitTree: root ?? Tree.emptyRoot, tree: working ?? root ?? Tree.emptyRoot,
                tokens: tokens)
        }
        if let kind = try row.optionalInt64(3) {
            var resolved = try make(
                try row.digest(4), try row.optionalDigest(5), try row.optionalDigest(6), try row.uuids(7))
            resolved.window = window.map { StagedWindow(window: $0, rows: rows, column: 8) }
            return (resolved, kind == RefKind.branch.rawValue)
        }
        guard let prefix, reference.base.utf8.count < 64 else { throw RPCError.referenceNotFound(reference) }
        let found = try await database.read(
            Self.selectPrefix, [.int64(id), .bytes(prefix.first), .bytes(prefix.last)], deadline: deadline)
        guard found.count == 1, let row = found.first else { throw RPCError.referenceNotFound(reference) }
        return (try make(try row.digest(0), try row.optionalDigest(1), nil, []), false)
    }

    /// A commit by its id; nil where there is none. Of one that was read before, all that is asked again is which repository
    /// has the name.
    private func resolve(
        _ id: SHA256Digest, in repository: RepositoryName, _ deadline: ContinuousClock.Instant
    ) async throws -> ResolvedReference? {
        let rows = try await database.gather(Self.selectRepository, [.name(repository)], deadline: deadline)
        guard let row = rows.first else { throw RPCError.repositoryNotFound }
        let number = try row.int64(0)
        guard let commit = try await commitStore(number, deadline).find(id) else { return nil }
        return ResolvedReference(
            repositoryID: number, namespace: try namespaces.namespace(number, row, 1), salt: try row.salt(2),
            commit: id, commitTree: commit.root, tree: commit.root, tokens: [])
    }

    private static let selectRepository = GatheredStatement.read(
        .everybody, "SELECT r.id, r.namespace, r.salt FROM repository r WHERE r.name = $1")

    private func follow(
        _ reference: RefExpression, from base: ResolvedReference, _ deadline: ContinuousClock.Instant
    ) async throws -> ResolvedReference {
        let store = commitStore(base.repositoryID, deadline)
        var commit = try await store.commitForWalk(base.commit)
        for modifier in reference.modifiers {
            switch modifier {
            case .ancestor(let count):
                for _ in 0..<count {
                    guard let parent = commit.parents.first else { throw RPCError.referenceNotFound(reference) }
                    commit = try await store.commitForWalk(parent)
                }
            case .parent(0): break
            case .parent(let number):
                guard number <= commit.parents.count else {
                    throw RPCError.invalid("reference", "'\(reference)': there is no such parent")
                }
                commit = try await store.commitForWalk(commit.parents[number - 1])
            }
        }
        return ResolvedReference(
            repositoryID: base.repositoryID, namespace: base.namespace, salt: base.salt, commit: commit.id,
            commitTree: commit.root, tree: commit.root, tokens: [])
    }

    private static let columns =
        "r.id, r.namespace, r.salt, f.kind, f.head, f.head_root, f.working_root, f.tokens"
    private static let base =
        """
        FROM repository r
        LEFT JOIN \(Lookup.reference("$2")) ON true
        """

    static let selectBase = GatheredStatement.read(.everybody, "SELECT \(columns) \(base) WHERE r.name = $1")

    /// As `selectBase`, with the rows that a `StagedCursor` would read first, or a row without one.
    static let selectWindow = GatheredStatement.read(
        .everybody,
        """
        SELECT \(columns), w.position, w.key, w.entry \(base)
        LEFT JOIN LATERAL (
            \(StagedCursor.rows(of: "f.tokens", in: "f.repository", from: "$3", to: "$4", limit: "$5"))
        ) w ON true
        WHERE r.name = $1
        """)

    private static let selectPrefix = Statement.read(
        """
        SELECT c.id, c.root FROM commit c WHERE c.repository = $1 AND c.id >= $2 AND c.id <= $3 ORDER BY c.id LIMIT 2
        """)
}
