import Cryptography
import Database
import Domain
import VersionTree
import Wire

/// A commit as it is stored.
struct CommitRecord: Sendable {
    let id: SHA256Digest
    let content: CommitContent
    let age: CommitAge

    var generation: Int64 { age.generation }
    var parents: [SHA256Digest] { content.parents }
    var created: Int64 { content.created }
    /// The commit's tree.
    var root: NodeHash { content.root ?? Tree.emptyRoot }

    /// - Parameter parents: the ages of the commits it is made on.
    init(_ content: CommitContent, on parents: [CommitAge]) {
        id = content.id
        self.content = content
        age = CommitAge(created: content.created, parents: parents)
    }

    init(_ content: CommitContent, age: CommitAge) {
        id = content.id
        self.content = content
        self.age = age
    }

    static let columns =
        "c.id, c.parents, c.committer, c.message, c.created, c.root, c.metadata, c.generation, c.latest"

    init(_ row: Row, from column: Int = 0) throws {
        id = try row.digest(column)
        let parents = try row.byteArrays(column + 1).map { bytes in
            guard let parent = SHA256Digest(bytes: bytes) else {
                throw InvalidStoredName(description: "a stored parent is not of 32 bytes")
            }
            return parent
        }
        content = CommitContent(
            parents: parents, committer: try row.text(column + 2), message: try row.text(column + 3),
            created: try row.int64(column + 4), root: try row.optionalDigest(column + 5),
            metadata: try row.pairs(column + 6))
        age = CommitAge(latest: try row.int64(column + 8), generation: try row.int64(column + 7))
    }

    var message: Commit {
        Commit(
            id: CommitID(id), parents: parents.map { CommitID($0) }, committer: content.committer,
            message: content.message, created: created, metaRangeID: content.root?.hex ?? "",
            metadata: content.metadata, generation: generation)
    }

    /// For a statement that inserts `(id, parents, committer, message, created, root, metadata, generation, latest)`.
    var parameters: [Parameter] {
        [
            .hash(id), .byteArrays(parents.map(\.bytes)), .text(content.committer), .text(content.message),
            .int64(created), .root(content.root), .pairs(content.metadata), .int64(generation),
            .int64(age.latest),
        ]
    }

    /// Newer first; of two of the same second, the greater id.
    static func isShownBefore(_ left: CommitRecord, _ right: CommitRecord) -> Bool {
        left.created != right.created ? left.created > right.created : left.id > right.id
    }
}
