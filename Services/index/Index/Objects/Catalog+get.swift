import Database
import Domain
import VersionTree
package import Wire

extension Catalog {
    package func getObject(_ request: GetObject.Request, _ context: CallContext) async throws -> LocatedEntry {
        let deadline = deadline(context)
        let reference = request.reference
        if reference.modifiers.isEmpty, reference.base.utf8.count < 64,
            let found = try await find(request.path, reference, request.repository, deadline)
        {
            return found
        }
        let resolved = try await resolve(reference, in: request.repository, for: .objects, deadline: deadline)
        guard let entry = try await entry(request.path.bytes, in: resolved, deadline) else {
            throw RPCError.objectNotFound
        }
        return LocatedEntry(storageNamespace: resolved.namespace, entry: try entry.decode())
    }

    /// The entry that a branch or tag shows, in one statement and a look into the tree; nil where the base is neither.
    private func find(
        _ path: ObjectKey, _ reference: RefExpression, _ repository: RepositoryName,
        _ deadline: ContinuousClock.Instant
    ) async throws -> LocatedEntry? {
        let rows = try await database.gather(
            Self.selectEntry, [.name(repository), .name(reference.base)], own: [.key(path)], deadline: deadline)
        guard let row = rows.first else { throw RPCError.repositoryNotFound }
        guard let kind = try row.optionalInt64(4) else { return nil }
        if reference.view != .plain, kind != RefKind.branch.rawValue {
            throw RPCError.invalid("reference", "'\(reference)': '@' and '$' stand behind a branch only")
        }
        let id = try row.int64(1)
        let namespace = try namespaces.namespace(id, row, 2)
        var root = try row.optionalDigest(5)
        if reference.view != .committed {
            if let staged = try Self.newest(rows) {
                guard let bytes = try staged.optionalBytes(7) else { throw RPCError.objectNotFound }
                return LocatedEntry(storageNamespace: namespace, entry: try EntryView(bytes).decode())
            }
            root = try row.optionalDigest(6) ?? root
        }
        let tree = tree(id, try row.salt(3), deadline)
        guard let entry = try await lookUp(path.bytes, root ?? Tree.emptyRoot, tree) else {
            throw RPCError.objectNotFound
        }
        return LocatedEntry(storageNamespace: namespace, entry: try entry.decode())
    }

    /// Of the rows that each belong to a token, that of the newest; nil where there is none.
    private static func newest(_ rows: [Row]) throws -> Row? {
        var best: (position: Int, row: Row)?
        for row in rows {
            guard let position = try row.optionalInt(8) else { continue }
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
            let cursor = try StagedCursor(database, of: reference, end: key + [0], deadline: deadline)
            try await cursor.seek(to: key)
            if let row = cursor.current { return row.value.map { EntryView($0) } }
        }
        return try await lookUp(key, reference.tree, tree(reference, deadline))
    }

    /// One row for each token that has a key, or one without.
    static let selectEntry = GatheredStatement.read(
        .position,
        """
        SELECT k.position, r.id, r.namespace, r.salt, f.kind, f.head_root, f.working_root, s.entry,
            array_position(f.tokens, s.token)
        FROM repository r
        LEFT JOIN \(Lookup.reference("$2")) ON true
        CROSS JOIN unnest($3::bytea[]) WITH ORDINALITY AS k (key, position)
        LEFT JOIN \(Lookup.rows("k.key")) ON true
        WHERE r.name = $1
        """)
}
