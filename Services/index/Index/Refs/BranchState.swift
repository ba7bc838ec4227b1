import Cryptography
import Database
import Domain
import VersionTree
import Wire

/// A branch at one version, as an operation on it starts from.
struct BranchState: Sendable {
    let repository: RepositoryRecord
    let name: BranchName
    let id: Int64
    /// Goes up with every change of the row.
    var version: Int64
    let head: SHA256Digest
    let headAge: CommitAge
    /// Nil for the tree of a first commit.
    let headRoot: NodeHash?
    /// The tree of folded staged entries, if there are any.
    let workingRoot: NodeHash?
    let workingIsExact: Bool
    /// The open token first, then lower ones, the newest first.
    var tokens: [UUIDBytes]
    /// Tokens in use that are open, one of them the first.
    var openTokens: [UUIDBytes]
    var openHasRows: Bool
    var lowerHasRows: Bool
    /// What the operation with the caller's id answered, if it was carried out before.
    let answer: [UInt8]?
    /// The first rows of the lower tokens, as `StagedCursor` reads them, where sealing has read them along.
    var firstRows: Rows?
    /// Whether somebody else holds the branch.
    let isHeld: Bool
    /// Whether it is changed by merging alone.
    let isProtected: Bool
    /// Of the operation that read it.
    let pin: Pin
    /// The database's, from before it was read.
    let epoch: UInt64

    var headTree: NodeHash { headRoot ?? Tree.emptyRoot }
    /// What reads see below the rows.
    var visibleTree: NodeHash { workingRoot ?? headTree }
    var lowerTokens: ArraySlice<UUIDBytes> { tokens.dropFirst() }
    var isUntouched: Bool { !openHasRows && !lowerHasRows && workingRoot == nil }

    static let select = Statement.read(
        """
        SELECT \(RepositoryRecord.columns),
            f.id, f.kind, f.version, f.head, c.generation, f.head_root, f.working_root, f.working_is_exact, f.tokens,
            \(Lookup.openTokens("f.tokens")),
            \(Lookup.hasRows("f.tokens[:1]")), \(Lookup.hasRows("f.tokens[2:]")),
            o.answer,
            EXISTS (
                SELECT FROM turn w WHERE w.repository = f.repository AND w.branch = f.id AND w.ends > clock_timestamp()
                    AND w.ticket < $4
                OFFSET 0
            ),
            \(Lookup.isProtected),
            now(), f.working_base, c.latest
        FROM repository r
        LEFT JOIN \(Lookup.reference("$2")) ON true
        LEFT JOIN \(Lookup.commit("f.head", of: "f.repository")) ON true
        LEFT JOIN \(Lookup.answer("$3")) ON true
        WHERE r.name = $1
        """)

    /// - Throws: `notFound`
    init(_ row: Row, name: BranchName, epoch: UInt64) throws {
        let base = RepositoryRecord.columnCount
        repository = try RepositoryRecord(row)
        answer = try row.optionalBytes(base + 12)
        guard try row.optionalInt64(base + 1) == RefKind.branch.rawValue else { throw RPCError.branchNotFound }
        self.name = name
        self.epoch = epoch
        id = try row.int64(base)
        version = try row.int64(base + 2)
        head = try row.digest(base + 3)
        headAge = CommitAge(latest: try row.int64(base + 17), generation: try row.int64(base + 4))
        headRoot = try row.optionalDigest(base + 5)
        workingRoot = try row.optionalDigest(base + 6)
        workingIsExact = try row.bool(base + 7)
        tokens = try row.uuids(base + 8)
        openTokens = try row.uuids(base + 9)
        openHasRows = try row.bool(base + 10)
        lowerHasRows = try row.bool(base + 11)
        isHeld = try row.bool(base + 13)
        isProtected = try row.bool(base + 14)
        pin = Pin(
            repository: repository.id, id: .random(), made: try row.timestampMilliseconds(base + 15),
            roots: [workingRoot, try row.optionalDigest(base + 16)].compactMap { $0 })
    }
}

/// What a row of `ref` is.
enum RefKind: Int64 {
    case branch = 1
    case tag = 2
}
