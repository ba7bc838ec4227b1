import Cryptography
import Database
import Domain
package import JSONCodec
package import Wire

extension Catalog {
    package func createTag(_ request: CreateTag.Request, _ context: CallContext) async throws -> Tag {
        let commit = try await makeTag(
            NewReference(
                repository: request.repository, name: request.name.string, kind: .tag, source: request.reference,
                isHidden: false, force: request.force, operation: request.operationID, action: "create tag",
                actor: try actor(context)), deadline(context))
        return Tag(name: request.name, commitID: CommitID(commit))
    }

    /// - Throws: `alreadyExists`, or `conflict` where something else has the name.
    func makeTag(_ new: NewReference, _ deadline: ContinuousClock.Instant) async throws -> SHA256Digest {
        let (commit, point) = try await make(new, deadline)
        if let commit { return commit }
        if point?.kind == .tag { throw RPCError(.alreadyExists, subject: "tag", "tag already exists") }
        throw RPCError(.conflict, subject: "tag", "conflict found: a branch or commit has this name")
    }

    package func getTag(_ request: GetTag.Request, _ context: CallContext) async throws -> Tag {
        let commit = try await head(request.tag.string, .tag, of: request.repository, deadline(context))
        guard let commit else { throw RPCError.tagNotFound }
        return Tag(name: request.tag, commitID: CommitID(commit))
    }

    package func listTags(_ request: ListTags.Request, _ context: CallContext) async throws -> Listed<Tag> {
        try await list(.tag, of: request.repository, request.range, showsHidden: true, deadline(context)) { row in
            Tag(name: try row.name(0, TagName.init), commitID: CommitID(try row.digest(1)))
        }
    }

    package func deleteTag(_ request: DeleteTag.Request, _ context: CallContext) async throws -> Nothing {
        try await delete(
            request.tag.string, .tag, of: request.repository, force: request.force, request.operationID,
            actor: try actor(context), notFound: .tagNotFound, deadline(context))
        return Nothing()
    }

    /// The commit that a branch or tag names; nil where there is none of this kind.
    /// - Throws: `notFound` (repository)
    func head(
        _ name: String, _ kind: RefKind, of repository: RepositoryName, _ deadline: ContinuousClock.Instant
    ) async throws -> SHA256Digest? {
        let rows = try await database.gather(Self.selectHead, [.name(repository), .name(name)], deadline: deadline)
        guard let row = rows.first else { throw RPCError.repositoryNotFound }
        return try row.optionalInt64(0) == kind.rawValue ? try row.digest(1) : nil
    }

    static let selectHead = GatheredStatement.read(
        .everybody,
        """
        SELECT f.kind, f.head FROM repository r LEFT JOIN \(Lookup.reference("$2")) ON true
        WHERE r.name = $1
        """)
}
