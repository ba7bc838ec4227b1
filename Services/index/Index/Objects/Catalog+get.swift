import Database
import Domain
import VersionTree
package import Wire

extension Catalog {
    package func getObject(_ request: GetObject.Request, _ context: CallContext) async throws -> LocatedEntry {
        let deadline = deadline(context)
        let reference = request.reference
        guard reference.modifiers.isEmpty, reference.base.utf8.count < 64,
            let found = try await find(request.path, reference, request.repository, deadline)
        else {
            let resolved = try await resolve(reference, in: request.repository, for: .objects, deadline: deadline)
            guard let entry = try await entry(request.path.bytes, in: resolved, deadline) else {
                throw RPCError.objectNotFound
            }
            return LocatedEntry(storageNamespace: resolved.namespace, entry: try entry.decode())
        }
        return found
    }

    /// The entry that a branch or tag shows, in one statement and a look into the tree; nil where the base is neither.
    private func find(
        _ path: ObjectKey, _ reference: RefExpression, _ repository: RepositoryName,
        _ deadline: ContinuousClock.Instant
    ) async throws -> LocatedEntry? {
        let rows = try await database.read(
            Self.selectEntry, [.name(repository), .name(reference.base), .key(path)], deadline: deadline)
        guard let row = rows.first else { throw RPCError.repositoryNotFound }
        guard let kind = try row.optionalInt64(3) else { return nil }
        if reference.view != .plain, kind != RefKind.branch.rawValue {
            throw RPCError.invalid("reference", "'\(reference)': '@' and '$' stand behind a branch only")
        }
        let id = try row.int64(0)
        let namespace = try namespaces.namespace(id, row, 1)
        var root = try row.optionalDigest(4)
        if reference.view != .committed {
            if let staged = try Self.newest(rows) {
                guard let bytes = try staged.optionalBytes(6) else { throw RPCError.objectNotFound }
                return LocatedEntry(storageNamespace: namespace, entry: try EntryView(bytes).decode())
            }
            root = try row.optionalDigest(5) ?? root
        }
        let tree = tree(id, try row.salt(2), deadline)
        guard let entry = try await lookUp(path.bytes, root ?? Tree.emptyRoot, tree) else {
            throw RPCError.objectNotFound
        }
        return LocatedEntry(storageNamespace: namespace, entry: try entry.decode())
    }

    /// Of the rows that each belong to a token, that of the newest; nil where there is none.
    private static func newest(_ rows: Rows) throws -> Row? {
        var best: (position: Int, row: Row)?
        for row in rows {
            guard let position = try row.optionalInt(7) else { continue }
            if best.map({ position < $0.position }) ?? true { best = (position, row) }
        }
        return best?.row
    }

    private func lookUp(_ key: [UInt8], _ root: NodeHash, _ tree: Tree) async throws -> EntryView? {
        switch try tree.getCached(root, key) {
        case .found(let entry): entry
        case .absent: nil
        case .notCached: try await tree.get(root, key)
        }
    }

    /// The entry of a key as a resolved reference shows it.
    func entry(
        _ key: [UInt8], in reference: ResolvedReference, _ deadline: ContinuousClock.Instant
    ) async throws -> EntryView? {
        if reference.hasStaged {
            let cursor = StagedCursor(
                database, repository: reference.repositoryID, tokens: reference.tokens, end: key + [0],
                deadline: deadline)
            try await cursor.seek(to: key)
            if let row = cursor.current { return row.value.map { EntryView($0) } }
        }
        return try await lookUp(key, reference.tree, tree(reference, deadline))
    }

    /// One row for each token that has the key, or one without.
    static let selectEntry = Statement.read(
        """
        SELECT r.id, r.namespace, r.salt, f.kind, f.head_root, f.working_root, s.entry, array_position(f.tokens, s.token)
        FROM repository r
        LEFT JOIN \(Lookup.reference("$2")) ON true
        LEFT JOIN \(Lookup.rows("$3")) ON true
        WHERE r.name = $1
        """)
}
