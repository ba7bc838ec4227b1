import Cryptography
import Database
import Domain
package import JSONCodec
import VersionTree
package import Wire

/// What the worker fills when it restores a repository (`design/0008-dumps.md`).
///
/// A repository of its own without a name, which nobody sees; at the end it takes the bare one's name and settings.
extension Catalog {
    package func beginRestore(_ request: BeginRestore.Request, _ context: CallContext) async throws -> Nothing {
        let id = try jobID(request.jobID)
        guard let salt = Hex.decode(request.repository.salt).flatMap({ Salt($0) }),
            let branch = try? BranchName(request.repository.defaultBranch)
        else { throw RPCError.invalid("dump", "the dump's description of its repository cannot be read") }
        try await database.transaction(deadline: deadline(context)) { transaction in
            try await hold(id, request.fencing, transaction)
            let found = try await transaction.run(Self.selectPlaceToFill, id.parameters)
            guard let row = found.first else { throw RPCError.jobNotFound }
            guard try row.isNull(0) else { return }
            let made = try await transaction.run(
                Self.insertTarget, [.int64(id.repository), .uuid(id.id), .bytes(salt.bytes), .name(branch)])
            guard let target = try made.first?.int64(0) else { throw RPCError.repositoryNotFound }
            _ = try await transaction.run(Self.setTarget, id.parameters + [.int64(target)])
        }
        return Nothing()
    }

    package func putDumped(_ request: PutDumped.Request, _ context: CallContext) async throws -> Nothing {
        guard request.rows.count <= Self.dumpedPerPage else {
            throw RPCError.invalid("dump", "at most \(Self.dumpedPerPage) rows")
        }
        let id = try jobID(request.jobID)
        switch request.kind {
        case .commits:
            let commits = try request.rows.commits.map { try CommitRecord(restoring: $0) }
            try await fill(id, request.fencing, deadline(context)) { target, _, transaction in
                _ = try await transaction.repeated(
                    BranchMove.insertCommit, commits.map { [.int64(target)] + $0.parameters })
            }
        case .branches, .tags:
            let references = try request.rows.references.map { try RestoredReference($0, request.kind) }
            try await fill(id, request.fencing, deadline(context)) { target, actor, transaction in
                _ = try await transaction.run(
                    Self.insertReferences,
                    [
                        .int64(target), .int64(request.kind.number), .byteArrays(references.map(\.name)),
                        .hashes(references.map(\.commit)), .bools(references.map(\.isHidden)),
                        .uuids(references.map { _ in .random() }), .text(actor),
                    ])
                let present = try await transaction.run(
                    Self.countReferences,
                    [
                        .int64(target), .int64(request.kind.number), .byteArrays(references.map(\.name)),
                        .hashes(references.map(\.commit)),
                    ])
                guard try present.first?.int(0) == references.count else {
                    throw RPCError.invalid(
                        "dump", "a branch or tag of the dump names a commit it does not hold, or has another's name")
                }
            }
        }
        return Nothing()
    }

    package func putNodes(_ request: PutNodes.Request, _ context: CallContext) async throws -> Nothing {
        guard request.nodes.count <= Self.maxNodesPerCall else {
            throw RPCError.invalid("nodes", "at most \(Self.maxNodesPerCall) nodes")
        }
        let (id, deadline) = (try jobID(request.jobID), deadline(context))
        let nodes = try request.nodes.map { text in
            guard let bytes = Base64.decode(text) else { throw RPCError.invalid("nodes", "a node is not in Base64") }
            return try Node(bytes, named: SHA256.hash(bytes))
        }
        if !request.allowsForeignObjects { try await checkAddresses(nodes, id, deadline) }
        let sorted = nodes.sorted { $0.hash < $1.hash }
        try await fill(id, request.fencing, deadline) { target, _, transaction in
            _ = try await transaction.run(
                PostgresNodeStore.insert,
                [
                    .int64(target), .hashes(sorted.map(\.hash)), .byteArrays(sorted.map(\.bytes)),
                    .double(limits.seenPrecision.seconds),
                ])
        }
        return Nothing()
    }

    /// Refuses entries whose bytes are not below the repository's namespace: with them, whoever can write to the store could
    /// have any object read that this installation can read.
    private func checkAddresses(_ nodes: [Node], _ id: JobID, _ deadline: ContinuousClock.Instant) async throws {
        var foreign: [String] = []
        for node in nodes {
            try node.forEachEntry { _, entry in
                if case .full(let uri) = try entry.address { foreign.append(String(decoding: uri, as: UTF8.self)) }
            }
        }
        guard !foreign.isEmpty else { return }
        let rows = try await database.read(Self.selectNamespace, [.int64(id.repository)], deadline: deadline)
        guard let row = rows.first else { throw RPCError.repositoryNotFound }
        let own = try row.namespace(0).string + "/"
        if let other = foreign.first(where: { !$0.hasPrefix(own) }) {
            throw RPCError.invalid(
                "dump",
                "the dump refers to objects outside its namespace, such as \(other): restoring it needs fs:ImportFromStorage on all"
            )
        }
    }

    /// Runs `body` on the place to fill, while the lease holds.
    private func fill(
        _ id: JobID, _ fencing: Int64, _ deadline: ContinuousClock.Instant,
        _ body: (_ target: Int64, _ actor: String, Transaction) async throws -> Void
    ) async throws {
        try await database.transaction(deadline: deadline) { transaction in
            try await hold(id, fencing, transaction)
            let rows = try await transaction.run(Self.selectPlaceToFill, id.parameters)
            guard let row = rows.first, let target = try row.optionalInt64(0) else { throw RPCError.jobNotFound }
            try await body(target, try row.text(1), transaction)
        }
    }

    static let selectPlaceToFill = Statement.read(
        "SELECT j.target, j.actor FROM job j WHERE j.repository = $1 AND j.id = $2")
    private static let selectNamespace = Statement.read("SELECT r.namespace FROM repository r WHERE r.id = $1")

    private static let insertTarget = Statement.write(
        """
        INSERT INTO repository (name, namespace, default_branch, salt, is_read_only, is_bare, create_operation)
        SELECT NULL, r.namespace, $4, $3, false, false, $2 FROM repository r WHERE r.id = $1 AND r.name IS NOT NULL
        RETURNING id
        """)
    private static let setTarget = Statement.write("UPDATE job SET target = $3 WHERE repository = $1 AND id = $2")

    /// Rows that are there already are left; whether they are the same is asked behind it.
    private static let insertReferences = Statement.write(
        """
        WITH wanted (name, head, is_hidden, token) AS MATERIALIZED (
            SELECT * FROM unnest($3::bytea[], $4::bytea[], $5::boolean[], $6::uuid[])
        ), made AS (
            INSERT INTO ref (repository, name, kind, is_hidden, head, head_root, tokens)
            SELECT $1::bigint, w.name, $2::bigint, w.is_hidden, w.head, c.root,
                CASE WHEN $2::bigint = 1 THEN ARRAY[w.token] ELSE '{}'::uuid[] END
            FROM wanted w
            CROSS JOIN \(Lookup.commit("w.head", of: "$1::bigint"))
            ON CONFLICT (repository, name) DO NOTHING
            RETURNING repository, id, name, kind, head, tokens
        ), opened AS (
            INSERT INTO token (repository, token, branch, name, state)
            SELECT m.repository, m.tokens[1], m.id, m.name, 1 FROM made m WHERE m.kind = 1
        )
        INSERT INTO ref_log (repository, name, kind, action, new_head, actor)
        SELECT m.repository, m.name, m.kind, 'restore', m.head, $7::text FROM made m
        """)

    private static let countReferences = Statement.write(
        """
        SELECT count(*) FROM unnest($3::bytea[], $4::bytea[]) AS w (name, head)
        CROSS JOIN LATERAL (
            SELECT FROM ref f WHERE f.repository = $1 AND f.name = w.name AND f.kind = $2::bigint AND f.head = w.head OFFSET 0
        ) f
        """)
}

/// A branch or tag of a dump whose name keeps the rules.
private struct RestoredReference {
    let name: [UInt8]
    let commit: SHA256Digest
    let isHidden: Bool

    init(_ reference: DumpedReference, _ kind: DumpedKind) throws {
        do throws(InvalidName) {
            if kind == .branches { _ = try BranchName(reference.name) } else { _ = try TagName(reference.name) }
        } catch {
            throw RPCError.invalid("dump", error.description)
        }
        guard let commit = SHA256Digest(hex: reference.commit) else {
            throw RPCError.invalid("dump", "'\(reference.commit)' is no commit's id")
        }
        name = Array(reference.name.utf8)
        self.commit = commit
        isHidden = reference.isHidden
    }
}

extension CommitRecord {
    /// A commit of a dump, whose id is checked here and whose age is when all are there.
    /// - Throws: `invalidArgument`
    fileprivate init(restoring commit: DumpedCommit) throws {
        func digest(_ text: String) throws -> SHA256Digest {
            guard let digest = SHA256Digest(hex: text) else { throw RPCError.invalid("dump", "'\(text)' is no hash") }
            return digest
        }
        let content = CommitContent(
            parents: try commit.parents.map(digest), committer: commit.committer, message: commit.message,
            created: commit.created, root: commit.root.isEmpty ? nil : try digest(commit.root),
            metadata: commit.metadata)
        guard content.id.hex == commit.id else {
            throw RPCError.invalid("dump", "commit \(commit.id) is not the hash of its content")
        }
        self.init(content, age: CommitAge(latest: commit.latest, generation: commit.generation))
    }
}
