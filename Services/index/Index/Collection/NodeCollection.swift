import Cryptography
import Database
import VersionTree

/// One collection of the nodes of one repository that nobody needs any more: a mark, and the removal of what this mark and
/// an earlier one did not reach.
///
/// Goes over the young nodes in parts, in the order of their hashes, so memory does not depend on how many there are. Ended at
/// any point, it has done nothing wrong.
struct NodeCollection {
    let database: Database
    let limits: CatalogLimits
    let repository: Int64
    let young: YoungNodes
    /// Between reading what branches and operations hold and reading the commits; for tests.
    var beforeCommits: () async throws -> Void = {}

    init(_ catalog: Catalog, repository: Int64, checkpoint: @escaping () async throws -> Void) {
        database = catalog.database
        limits = catalog.limits
        self.repository = repository
        let store = PostgresNodeStore(
            database: database, repository: repository, seenPrecision: limits.seenPrecision,
            deadline: .now + .seconds(24 * 3_600))
        young = YoungNodes(
            source: NodeSource(store: store, cache: catalog.nodes), database: database, repository: repository,
            checkpoint: checkpoint)
    }

    /// - Parameter done: the last node that an earlier process has done with.
    /// - Returns: how many nodes were removed.
    /// - Throws: `TreeError` where a tree is damaged. Then nothing of the part is marked or removed.
    func run(after done: [UInt8] = []) async throws -> Int {
        // Most young nodes are new commits'; this leaves few to look at one by one.
        try await keepCommits()
        var done = done
        var removed = 0
        while true {
            let mark = try await begin()
            let part = try await part(after: done, mark)
            guard let last = part.last else { break }
            removed += try await settle(part, try await unreached(part, mark), mark)
            done = last.hash.bytes
            _ = try await run(Self.setProgress, [.bytes(done)])
            try await young.checkpoint()
        }
        _ = try await run(Self.end)
        return removed
    }

    /// What a mark starts from.
    struct Mark {
        /// Not later than anything it reads.
        let begun: Int64
        /// Nodes seen since belong to operations that may still be under way.
        let quietSince: Int64
        /// What operations under way hold.
        let pinned: [NodeHash]
    }

    func begin() async throws -> Mark {
        let rows = try await run(Self.selectPins)
        guard let first = rows.first else { throw DatabaseError.unexpectedColumn("the clock is not answered") }
        var (oldest, pinned): (Int64, [NodeHash]) = (try first.timestampMilliseconds(0), [])
        for row in rows where try !row.isNull(1) {
            oldest = min(oldest, try row.timestampMilliseconds(1))
            pinned += try row.byteArrays(2).compactMap { NodeHash(bytes: $0) }
        }
        return Mark(
            begun: try first.timestampMilliseconds(0),
            quietSince: oldest - Int64((limits.quiet.seconds * 1_000).rounded(.up)),
            pinned: pinned)
    }

    /// A young node that no operation under way can have written.
    struct Candidate {
        let hash: NodeHash
        let isLost: Bool
    }

    func part(after done: [UInt8], _ mark: Mark) async throws -> [Candidate] {
        let rows = try await run(
            Self.selectPart,
            [
                .bytes(done), .timestamp(milliseconds: mark.quietSince), .int64(Int64(limits.collectionPart)),
            ])
        return try rows.map { Candidate(hash: try $0.digest(0), isLost: try $0.bool(1)) }
    }

    /// Those that neither operations nor branches nor commits reach, read in this order: a working tree becomes a commit's
    /// tree, and never the other way round.
    func unreached(_ part: [Candidate], _ mark: Mark) async throws -> Set<NodeHash> {
        var unreached = Set(part.map(\.hash))
        try await young.walk(mark.pinned) { unreached.subtract($0) }
        var after: [UInt8] = []
        while true {
            let rows = try await run(Self.selectTrees, [.bytes(after), .int64(Int64(Self.branchesPerPage))])
            let roots = try rows.flatMap { [try $0.optionalDigest(1), try $0.optionalDigest(2)].compactMap { $0 } }
            try await young.walk(roots) { unreached.subtract($0) }
            guard rows.count == Self.branchesPerPage else { break }
            after = try rows[rows.count - 1].bytes(0)
        }
        try await beforeCommits()
        // Those it reaches are not young any more.
        if !unreached.isEmpty { try await keepCommits() }
        return unreached
    }

    private static let branchesPerPage = 1_000

    /// The answer to a statement about the repository, `$1`.
    func run(_ statement: Statement, _ parameters: [Parameter] = []) async throws -> Rows {
        try await database.exclusive(statement, [.int64(repository)] + parameters, deadline: .now + .seconds(30))
    }

    private static let selectPins = Statement.read(
        """
        SELECT now(), p.made, p.roots FROM (SELECT 1) AS one
        LEFT JOIN LATERAL (SELECT p.made, p.roots FROM pin p WHERE p.repository = $1 OFFSET 0) p ON true
        """)

    static let selectPart = Statement.read(
        """
        SELECT n.hash, n.lost IS NOT NULL FROM node n
        WHERE n.repository = $1 AND NOT n.kept AND n.hash > $2 AND n.seen < $3
        ORDER BY n.hash LIMIT $4
        """)

    private static let selectTrees = Statement.read(
        """
        SELECT f.name, f.working_root, f.working_base FROM ref f
        WHERE f.repository = $1 AND f.kind = 1 AND f.name > $2 AND f.working_root IS NOT NULL ORDER BY f.name LIMIT $3
        """)

    private static let setProgress = Statement.write("UPDATE repository SET collected_through = $2 WHERE id = $1")

    /// Changes nothing where the repository has been deleted.
    static let end = Statement.write(
        """
        UPDATE repository SET collected_through = NULL, collected = clock_timestamp() WHERE id = $1 AND name IS NOT NULL
        """)
}
