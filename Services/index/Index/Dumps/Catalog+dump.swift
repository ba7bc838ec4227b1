import Cryptography
import Database
import VersionTree
package import Wire

/// What the worker reads to dump a repository (`design/0008-dumps.md`).
extension Catalog {
    /// Rows are written down by one statement, so they are of one moment: every commit that a reference names, and every parent.
    package func beginDump(_ request: BeginDump.Request, _ context: CallContext) async throws -> DumpedRepository {
        let (id, deadline) = (try jobID(request.jobID), deadline(context))
        let epoch = database.epoch
        let rows = try await database.transaction(deadline: deadline) { transaction in
            try await hold(id, request.fencing, transaction)
            if try await transaction.run(Self.markTaken, id.parameters).affected == 1 {
                _ = try await transaction.run(Self.writeDown, id.parameters)
            }
            return try await transaction.run(Self.selectSettings, [.int64(id.repository)])
        }
        guard let row = rows.first else { throw RPCError.repositoryNotFound }
        // What commits reach is known from then on: a call that runs out of time leaves less for the next.
        let collection = NodeCollection(self, repository: id.repository) {
            guard .now < deadline else { throw DatabaseError.deadlineExceeded }
        }
        try await collection.keepCommits()
        try await settle(id, request.fencing, epoch, deadline)
        return DumpedRepository(
            defaultBranch: String(decoding: try row.bytes(0), as: UTF8.self), salt: Hex.encode(try row.bytes(1)))
    }

    /// Waits until what was done under the job's lease is on the disk.
    /// - Throws: `conflict` where the lease is another's; `DatabaseError.serverRestarted` where some of it may be gone.
    func settle(
        _ id: JobID, _ fencing: Int64, _ epoch: UInt64, _ deadline: ContinuousClock.Instant
    ) async throws {
        let rows = try await database.exclusive(
            Self.touchJob, id.parameters + [.int64(fencing)], epoch: epoch, deadline: deadline)
        try await checkHeld(rows, id, deadline)
    }

    package func listDumped(_ request: ListDumped.Request, _ context: CallContext) async throws -> DumpedRows {
        let id = try jobID(request.jobID)
        let after = request.kind == .commits ? Hex.decode(request.after) ?? [] : Array(request.after.utf8)
        let rows = try await database.exclusive(
            request.kind == .commits ? Self.selectCommits : Self.selectReferences,
            id.parameters + [.int64(request.kind.number), .bytes(after), .int64(Int64(Self.dumpedPerPage))],
            deadline: deadline(context))
        var page = DumpedRows()
        var bytes = 0
        for row in rows {
            switch request.kind {
            case .commits:
                let commit = try CommitRecord(row)
                bytes += commit.content.message.utf8.count + 64 * commit.parents.count
                for (key, value) in commit.content.metadata { bytes += key.utf8.count + value.utf8.count }
                page.commits.append(DumpedCommit(commit))
            case .branches, .tags:
                page.references.append(
                    DumpedReference(
                        name: String(decoding: try row.bytes(0), as: UTF8.self), commit: try row.digest(1).hex,
                        isHidden: try row.bool(2)))
            }
            if bytes > Self.dumpedBytesPerPage { break }
        }
        return page
    }

    static let dumpedPerPage = 1_000
    private static let dumpedBytesPerPage = 2 << 20

    private static let markTaken = Statement.write(
        "UPDATE job SET taken = clock_timestamp() WHERE repository = $1 AND id = $2 AND taken IS NULL")

    private static let writeDown = Statement.write(
        """
        INSERT INTO dumped (repository, job, kind, name, head, is_hidden)
        SELECT f.repository, $2::uuid, f.kind, f.name, f.head, f.is_hidden FROM ref f WHERE f.repository = $1
        UNION ALL
        SELECT c.repository, $2::uuid, 3, c.id, NULL, false FROM commit c WHERE c.repository = $1
        """)

    private static let selectSettings = Statement.write(
        "SELECT r.default_branch, r.salt FROM repository r WHERE r.id = $1 AND r.name IS NOT NULL")

    private static let touchJob = Statement.write(
        "UPDATE job SET changed = clock_timestamp() WHERE repository = $1 AND id = $2 AND fencing = $3 AND ends IS NOT NULL"
    )

    private static let selectReferences = Statement.read(
        """
        SELECT d.name, d.head, d.is_hidden FROM dumped d
        WHERE d.repository = $1 AND d.job = $2 AND d.kind = $3::bigint AND d.name > $4 ORDER BY d.name LIMIT $5
        """)

    private static let selectCommits = Statement.read(
        """
        SELECT \(CommitRecord.columns) FROM (
            SELECT d.name FROM dumped d
            WHERE d.repository = $1 AND d.job = $2 AND d.kind = $3::bigint AND d.name > $4 ORDER BY d.name LIMIT $5
        ) d
        CROSS JOIN \(Lookup.commit("d.name", of: "$1"))
        """)
}

extension DumpedCommit {
    init(_ commit: CommitRecord) {
        self.init(
            id: commit.id.hex, parents: commit.parents.map(\.hex), committer: commit.content.committer,
            message: commit.content.message, created: commit.created, root: commit.content.root?.hex ?? "",
            metadata: commit.content.metadata, generation: commit.generation, latest: commit.age.latest)
    }
}
