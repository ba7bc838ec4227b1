import Database
import Domain
import VersionTree
import Wire

/// Writes with a condition, atomic against every other write and every move of the branch.
extension Catalog {
    /// Evaluates the condition at one version of the branch over everything that cannot change at that version, and
    /// writes only if the branch still has that version and the open token's row is still the one looked at.
    func stage(_ write: StagedWrite, if condition: WriteCondition, _ deadline: ContinuousClock.Instant) async throws {
        var attempt = 0
        while true {
            if let point = try await readPoint(write, deadline) {
                if point.isDone { return }
                let current = try await point.current(key: write.key)
                try Self.check(condition, current)
                let rows = try await database.exclusive(
                    ConditionalWrite.insert, write.parameters + point.guards, deadline: deadline)
                if rows.affected > 0 { return }
            }
            attempt += 1
            try await pause(attempt, until: deadline)
        }
    }

    static func check(_ condition: WriteCondition, _ current: EntryView?) throws {
        switch condition {
        case .none: break
        case .ifAbsent:
            if current != nil { throw RPCError(.preconditionFailed, subject: "object", "path already exists") }
        case .ifMatch(let etag):
            guard let current else { throw RPCError.objectNotFound }
            if try current.decode().checksum != etag { throw RPCError.preconditionFailed }
        case .ifUnchanged(let etag, let modified):
            guard let entry = try current?.decode() else { throw RPCError.objectNotFound }
            if entry.checksum != etag || entry.modified != modified { throw RPCError.preconditionFailed }
        }
    }

    /// Nil where a lower token was still open, which is closed first: its rows could still change.
    func readPoint(_ write: StagedWrite, _ deadline: ContinuousClock.Instant) async throws -> ConditionPoint? {
        let rows = try await database.read(
            ConditionalWrite.select,
            [.name(write.repository), .name(write.branch), .bytes(write.key), .uuid(write.id)],
            deadline: deadline)
        guard let row = rows.first else { throw RPCError.repositoryNotFound }
        let repository = try row.int64(0)
        if let wanted = write.repositoryID, wanted != repository { throw RPCError.otherRepository }
        guard try row.optionalInt64(3) == RefKind.branch.rawValue else { throw RPCError.branchNotFound }
        if try row.bool(1), !write.force { throw RPCError.readOnly }
        if try row.bool(13), try !row.bool(7) { throw RPCError.protectedFromWrites }
        let open = try row.uuids(8)
        if !open.isEmpty {
            try await close(open, repository: repository, deadline)
            return nil
        }
        return try ConditionPoint(
            rows, tree: tree(repository, try row.salt(2), deadline))
    }
}

/// What a condition is evaluated on: a branch at one version.
struct ConditionPoint {
    /// Whether the operation was carried out before.
    let isDone: Bool
    private let branch: Int64
    private let version: Int64
    /// The row of the open token, by the operation that wrote it.
    private let openWriteID: UUIDBytes?
    private let newest: (entry: [UInt8]?, isThere: Bool)
    private let root: NodeHash
    private let tree: Tree

    init(_ rows: Rows, tree: Tree) throws {
        let row = rows[0]
        self.tree = tree
        version = try row.int64(4)
        branch = try row.int64(12)
        root = try row.optionalDigest(6) ?? row.optionalDigest(5) ?? Tree.emptyRoot
        isDone = try row.bool(7)
        var best: (position: Int, entry: [UInt8]?)?
        var open: UUIDBytes?
        for row in rows {
            guard let position = try row.optionalInt(9) else { continue }
            if position == 1 { open = try row.uuid(11) }
            if best.map({ position < $0.position }) ?? true { best = (position, try row.optionalBytes(10)) }
        }
        openWriteID = open
        newest = (best?.entry, best != nil)
    }

    /// The entry that the branch shows; nil for none.
    func current(key: [UInt8]) async throws -> EntryView? {
        if newest.isThere { return newest.entry.map { EntryView($0) } }
        return try await tree.get(root, key)
    }

    /// What has to be as it was when the write is carried out.
    var guards: [Parameter] { [.int64(version), .nullable(openWriteID), .int64(branch)] }
}

enum ConditionalWrite {
    /// One row for each token that has the key, or one without.
    static let select = Statement.read(
        """
        SELECT r.id, r.is_read_only, r.salt, f.kind, f.version, f.head_root, f.working_root,
            \(Lookup.knows("$4", key: "$3")),
            \(Lookup.openTokens("f.tokens[2:]")),
            array_position(f.tokens, s.token), s.entry, s.write_id, f.id,
            \(Lookup.isProtected)
        FROM repository r
        LEFT JOIN \(Lookup.reference("$2")) ON true
        LEFT JOIN \(Lookup.rows("$3")) ON true
        WHERE r.name = $1
        """)

    /// As `StagedWrite.insert`, at version `$8` of the branch `$10` only, not of one made again under its name, and over the
    /// open token's row that `$9` wrote; where that is NULL there must be none.
    static let insert = Statement.write(
        """
        INSERT INTO staged AS s (repository, token, branch, key, entry, write_id)
        SELECT f.repository, t.token, f.id, $6, $7, $5
        FROM repository r
        CROSS JOIN \(Lookup.reference("$2", where: "f.id = $10 AND f.version = $8", forShare: true))
        CROSS JOIN \(Lookup.openToken)
        WHERE r.name = $1 AND (NOT r.is_read_only OR $3) AND ($4::bigint IS NULL OR r.id = $4)
        ON CONFLICT (repository, token, key) DO UPDATE SET \(StagedWrite.overwrite)
        WHERE s.write_id = $9
        """)
}
