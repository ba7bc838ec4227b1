import Cryptography
import Database
import Domain
package import JSONCodec
import VersionTree
package import Wire

/// Commits that were made elsewhere.
extension Catalog {
    /// The most parents of such a commit.
    private static let maxParents = 64

    /// Adds a commit that no branch names. Its tree and parents must be here, so that whatever finds it can go through it; its
    /// generation follows from its parents.
    package func createCommitRecord(
        _ request: CreateCommitRecord.Request, _ context: CallContext
    ) async throws -> Nothing {
        _ = try actor(context)
        let deadline = deadline(context)
        let commit = request.commit
        let rows = try await database.read(
            Self.selectPlace, [.name(request.repository), .id(request.operationID)], deadline: deadline)
        guard let row = rows.first else { throw RPCError.repositoryNotFound }
        let repository = try RepositoryRecord(row)
        if try !row.isNull(RepositoryRecord.columnCount) { return Nothing() }
        try repository.checkWritable(force: request.force)

        guard commit.parents.count <= Self.maxParents else {
            throw RPCError.invalid("commit", "a commit has at most \(Self.maxParents) parents")
        }
        let content = CommitContent(
            parents: commit.parents.map(\.digest), committer: commit.committer, message: commit.message,
            created: commit.created, root: try Self.root(commit.metaRangeID), metadata: commit.metadata)
        guard CommitID(content.id) == commit.id else {
            throw RPCError.invalid("commit", "the commit's id is not the hash of its content, \(content.id.hex)")
        }
        let store = commitStore(repository.id, deadline)
        if try await store.find(content.id) != nil { throw Self.recordExists }
        var ages: [CommitAge] = []
        for parent in content.parents {
            guard let found = try await store.find(parent) else {
                throw RPCError(.notFound, subject: "commit", "commit not found: parent \(parent.hex)")
            }
            ages.append(found.age)
        }
        let record = CommitRecord(content, on: ages)
        // Commits of version 0 were made before there were generations.
        guard commit.version == 0 || commit.generation == record.generation else {
            throw RPCError.invalid("commit", "the generation that follows from the parents is \(record.generation)")
        }
        let pin = Pin(
            repository: repository.id, id: .random(),
            made: try row.timestampMilliseconds(RepositoryRecord.columnCount + 1), roots: [record.root])
        try await pins.hold(pin) {
            if let root = content.root { _ = try await givenTree(root.hex, repository.id, deadline) }
            let made = try await database.exclusive(
                Self.insertRecord,
                [.int64(repository.id)] + record.parameters + [.id(request.operationID)]
                    + pin.parameters(pins.term), deadline: deadline)
            if !made.isEmpty { return }
            guard try await store.find(content.id) != nil else {
                throw RPCError(.unavailable, "the commit's tree could not be held; try again")
            }
            throw Self.recordExists
        }
        commits.insert(repository.id, record)
        return Nothing()
    }

    private static let recordExists = RPCError(.alreadyExists, subject: "commit", "commit already exists")

    private static func root(_ text: String) throws -> NodeHash? {
        if text.isEmpty { return nil }
        guard let root = NodeHash(hex: text) else { throw RPCError.invalid("metarange", "'\(text)' is no tree's id") }
        return root
    }

    private static let selectPlace = Statement.read(
        """
        SELECT \(RepositoryRecord.columns), o.answer, now() FROM repository r
        LEFT JOIN \(Lookup.answer("$2")) ON true
        WHERE r.name = $1
        """)

    /// A restore that would take the repository's place waits for it.
    private static let insertRecord = Statement.write(
        """
        WITH made AS (
            INSERT INTO commit (repository, id, parents, committer, message, created, root, metadata, generation, latest)
            SELECT r.id, $2, $3, $4, $5, $6, $7, $8, $9, $10
            FROM (SELECT r.id FROM repository r WHERE r.id = $1 AND r.name IS NOT NULL FOR SHARE) r
            WHERE \(Pin.isLive(12))
            ON CONFLICT DO NOTHING RETURNING repository, id
        ), remembered AS (
            INSERT INTO operation (repository, id, answer) SELECT m.repository, $11, m.id FROM made m
            ON CONFLICT DO NOTHING
        )
        SELECT 1 FROM made
        """)
}
