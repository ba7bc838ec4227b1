import Database
import Domain
import Wire

/// One entry or tombstone on its way into a branch.
struct StagedWrite: Sendable {
    let repository: RepositoryName
    /// The repository whose namespace holds the bytes; nil where it does not matter.
    let repositoryID: Int64?
    let branch: BranchName
    let key: [UInt8]
    /// Nil for a tombstone.
    let entry: [UInt8]?
    /// The operation's id; that an operation is carried out once rests on it.
    let id: UUIDBytes
    let force: Bool

    /// Statements of a shared transaction lock their rows in this order.
    var order: [UInt8] { StagedWrite.order(repository, branch, key) }

    static func order(_ repository: RepositoryName, _ branch: BranchName, _ key: [UInt8]) -> [UInt8] {
        var order: [UInt8] = []
        order.reserveCapacity(repository.string.utf8.count + branch.string.utf8.count + key.count + 2)
        order.append(contentsOf: repository.string.utf8)
        order.append(0)
        order.append(contentsOf: branch.string.utf8)
        order.append(0)
        order.append(contentsOf: key)
        return order
    }

    /// What writes must have in common to be carried out by one statement.
    var common: [Parameter] { [.name(repository), .name(branch), .bool(force), .nullable(repositoryID)] }

    var own: [Parameter] { [.uuid(id), .bytes(key), .nullable(entry)] }

    var parameters: [Parameter] { common + own }

    /// As part of a transaction.
    var call: Call { Self.insert.call(common, own) }

    /// How many operations a row remembers that wrote it before the last one.
    static let remembered = 64

    /// Reads the branch's open token, holds it open, and writes: one statement, so that a token that is closed has no
    /// write under way. An operation that any row of the branch remembers is not carried out again.
    ///
    /// One execution carries out the writes of many, in the order of their keys, each with its own operation. A row for each
    /// that was carried out.
    static let insert = GatheredStatement.write(
        .uuid,
        """
        INSERT INTO staged AS s (repository, token, branch, key, entry, write_id)
        SELECT f.repository, t.token, f.id, w.key, w.entry, w.id
        FROM repository r
        CROSS JOIN \(Lookup.reference("$2", where: "f.kind = 1"))
        CROSS JOIN \(Lookup.openToken)
        CROSS JOIN unnest($5::uuid[], $6::bytea[], $7::bytea[]) AS w (id, key, entry)
        WHERE r.name = $1 AND (NOT r.is_read_only OR $3) AND ($4::bigint IS NULL OR r.id = $4)
            AND NOT \(Lookup.isProtected)
            AND NOT \(Lookup.knows("w.id", key: "w.key"))
        ON CONFLICT (repository, token, key) DO UPDATE SET \(overwrite)
        WHERE s.write_id <> excluded.write_id AND (s.earlier IS NULL OR excluded.write_id <> ALL (s.earlier))
        RETURNING s.write_id
        """)

    static let overwrite =
        """
        entry = excluded.entry, write_id = excluded.write_id,
        earlier = (ARRAY[s.write_id] || s.earlier)[1:\(remembered)]
        """

    static let find = Statement.read(
        """
        SELECT r.id, r.is_read_only, f.kind, \(Lookup.knows("$4", key: "$3")),
            \(Lookup.isProtected)
        FROM repository r LEFT JOIN \(Lookup.reference("$2")) ON true
        WHERE r.name = $1
        """)
}
