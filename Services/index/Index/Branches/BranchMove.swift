import Cryptography
import Database
import Domain
import VersionTree

/// A change of a branch's row and of everything that goes with it, in one statement: all of it or nothing.
struct BranchMove: Sendable {
    let repository: Int64
    let branch: BranchName
    let branchID: Int64
    /// The database's epoch that it starts from; in any other, steps before it that did not wait for the disk may be gone.
    let epoch: UInt64
    /// The version it starts from; at any other it does not happen.
    let version: Int64
    let oldHead: SHA256Digest
    var head: SHA256Digest
    var headRoot: NodeHash?
    var workingRoot: NodeHash?
    var workingIsExact: Bool
    var tokens: [UUIDBytes]
    /// Tokens whose rows are taken.
    var retired: [UUIDBytes]
    /// A new commit.
    var commit: CommitRecord?
    /// New commits below it.
    var earlier: [CommitRecord] = []
    /// The caller's operation, and what it is answered.
    var operation: (id: UUIDBytes, answer: [UInt8])?
    /// What the ref log calls it, and who did it.
    var action = ""
    var actor = ""
    /// A pull request that is merged by it: without it being open the branch does not move.
    var pull: PullRequestID?
    /// Of the operation; without a live one what it publishes may be gone.
    var pin: Pin
    /// The caller's place in the line for the branch; the greatest number without one.
    var ticket = Int64.max

    /// Replaces the working tree and leaves the head.
    init(_ state: BranchState, tree: NodeHash, isExact: Bool, retiring: some Sequence<UUIDBytes>) {
        self.init(state, retiring: retiring)
        workingRoot = tree == state.headTree ? nil : tree
        workingIsExact = isExact || workingRoot == nil
    }

    /// Moves the head to a commit; nothing stays staged but what is in the open token.
    init(_ state: BranchState, to commit: CommitRecord, isNew: Bool, retiring: some Sequence<UUIDBytes>) {
        self.init(state, retiring: retiring)
        head = commit.id
        headRoot = commit.content.root
        workingRoot = nil
        workingIsExact = true
        self.commit = isNew ? commit : nil
    }

    init(_ state: BranchState, retiring: some Sequence<UUIDBytes>) {
        repository = state.repository.id
        branch = state.name
        branchID = state.id
        epoch = state.epoch
        version = state.version
        oldHead = state.head
        head = state.head
        headRoot = state.headRoot
        workingRoot = state.workingRoot
        workingIsExact = state.workingIsExact
        pin = state.pin
        retired = Array(retiring)
        let taken = Set(retired)
        tokens = state.tokens.filter { !taken.contains($0) }
    }

    /// - Parameter pinTerm: how long a pin lasts that has no row.
    func parameters(pinTerm: Duration) -> [Parameter] {
        let content = commit?.parameters ?? [Parameter](repeating: .null, count: 9)
        return [
            .int64(repository), .name(branch), .int64(branchID), .int64(version), .hash(head), .root(headRoot),
            .root(workingRoot), .root(workingRoot == nil ? nil : headRoot ?? Tree.emptyRoot), .bool(workingIsExact),
            .uuids(tokens), .int64(ticket), .uuids(retired), .nullable(operation?.id), .nullable(operation?.answer),
            .hash(oldHead), .text(action), .text(actor),
        ] + content + pin.parameters(pinTerm) + (pull.map { [.text($0.string)] } ?? [])
    }

    var statement: Statement { pull == nil ? Self.statement : Self.mergingPull }

    /// What `insertCommit` takes, for each of the earlier commits.
    var earlierParameters: [[Parameter]] { earlier.map { [.int64(repository)] + $0.parameters } }

    static let insertCommit = Statement.write(
        """
        INSERT INTO commit (repository, id, parents, committer, message, created, root, metadata, generation, latest)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING
        """)

    /// Answers a row if the branch moved. The branch's row is locked before those of tokens, as everywhere.
    static let statement = make(mergesPull: false)

    /// Whoever closes the pull request at the same time waits, or is waited for: its row is locked before the branch's.
    static let mergingPull = make(mergesPull: true)

    private static func make(mergesPull: Bool) -> Statement {
        let held = """
            held AS MATERIALIZED (
                SELECT FROM pull p WHERE p.repository = $1 AND p.id = $30::text AND p.state = 1 FOR UPDATE
            ),
            """
        let merged = """
            , merged AS (
                UPDATE pull p SET state = 3, merged = $5, closed = now() FROM moved m
                WHERE p.repository = m.repository AND p.id = $30::text
            )
            """
        return Statement.write(
            """
            WITH \(mergesPull ? held : "") moved AS (
                UPDATE ref f SET version = f.version + 1, head = $5, head_root = $6, working_root = $7, working_base = $8,
                    working_is_exact = $9, tokens = $10
                WHERE f.repository = $1 AND f.name = $2 AND f.id = $3 AND f.version = $4
                    AND NOT EXISTS (
                        SELECT FROM turn w WHERE w.repository = $1 AND w.branch = $3 AND w.ticket < $11
                            AND w.ends > clock_timestamp()
                    )
                    AND ($11 = 9223372036854775807 OR EXISTS (
                        SELECT FROM turn w WHERE w.repository = $1 AND w.branch = $3 AND w.ticket = $11
                            AND w.ends > clock_timestamp()
                    ))
                    AND \(Pin.isLive(27))
                    \(mergesPull ? "AND EXISTS (SELECT FROM held)" : "")
                RETURNING f.repository, f.name
            ), retired AS (
                UPDATE token t SET state = 3, since = now()
                WHERE t.repository = $1 AND t.token = ANY ($12::uuid[]) AND EXISTS (SELECT FROM moved)
            ), remembered AS (
                INSERT INTO operation (repository, id, answer)
                SELECT m.repository, $13::uuid, $14::bytea FROM moved m WHERE $13::uuid IS NOT NULL
                ON CONFLICT DO NOTHING
            ), logged AS (
                INSERT INTO ref_log (repository, name, kind, action, old_head, new_head, actor)
                SELECT m.repository, m.name, 1, $16::text, $15::bytea, $5, $17::text FROM moved m WHERE $15::bytea <> $5
            ), made AS (
                INSERT INTO commit (repository, id, parents, committer, message, created, root, metadata, generation, latest)
                SELECT m.repository, $18::bytea, $19::bytea[], $20::text, $21::text, $22::bigint, $23::bytea, $24::text[],
                    $25::bigint, $26::bigint
                FROM moved m WHERE $18::bytea IS NOT NULL
                ON CONFLICT DO NOTHING
            ) \(mergesPull ? merged : "")
            SELECT 1 FROM moved
            """)
    }
}
