import Domain
import NIOHTTP1
import Policy
import Wire

extension Routes {
    static let commits: [Route] = [
        Route(
            "commit", .POST, "/repositories/{repository}/branches/{branch}/commits", .commits,
            "Commits what is staged on a branch.",
            parameters: [sourceMetaRange],
            body: .json(Schemas.commitCreation), replies: [.json(201, Schemas.commit, "The commit.")],
            access: .needs(.createCommit, on: .branch("branch")), patience: .long
        ) { call in
            let commit = try await call.index(CreateCommit.self, commitRequest(call))
            return .one(201) { $0.row(commit) }
        },
        Route(
            "CreateCommitRecord", .POST, "/repositories/{repository}/commits", .internal,
            "Adds a commit that was made elsewhere, its tree and parents being here.",
            body: .json(Schemas.commitRecord),
            replies: [.empty(204, "Added.")], access: .needs(.createCommit, on: .repository), patience: .long
        ) { call in
            let body = try call.body(RecordBody.self)
            let commit = Commit(
                id: try CommitID(body.commitId), parents: try body.parents.map { try CommitID($0) },
                committer: body.committer, message: body.message, created: body.creationDate,
                metaRangeID: body.metarangeId, metadata: body.metadata ?? [:], generation: body.generation,
                version: body.version)
            _ = try await call.index(
                CreateCommitRecord.self,
                .init(repository: call.repository, commit: commit, force: body.force ?? false))
            return .noContent
        },
        Route(
            "getCommit", .GET, "/repositories/{repository}/commits/{commitId}", .commits,
            "Shows the commit that a reference names.", replies: [.json(200, Schemas.commit, "The commit.")],
            access: .needs(.readCommit, on: .repository)
        ) { call in
            let commit = try await call.index(
                GetCommit.self, .init(repository: call.repository, reference: call.reference("commitId")))
            return .one { $0.row(commit) }
        },
        Route(
            "logCommits", .GET, "/repositories/{repository}/refs/{ref}/commits", .refs,
            "Walks back from a reference, newest commit first.", parameters: logParameters,
            replies: [.json(200, Schemas.commitList, "A page of commits.")],
            access: .needs(.readBranch, on: .branch("ref")), patience: .long
        ) { call in
            let stopAt = call.text("stop_at")
            let list = try await call.index(
                LogCommits.self,
                .init(
                    repository: call.repository, reference: call.reference(), after: call.text("after"),
                    amount: call.amount, isLimited: call.flag("limit"), firstParentOnly: call.flag("first_parent"),
                    since: Timestamp.seconds(call.text("since")),
                    stopAt: stopAt.isEmpty ? nil : RefExpression(stopAt), objects: call.target.values("objects"),
                    prefixes: call.target.values("prefixes")))
            return .page(list.results, hasMore: list.hasMore) {
                Array($0.id.string.utf8)
            } write: {
                $0.row($1)
            }
        },
    ]

    /// - Throws: `APIError` 401 where a given tree may not take the place of every object.
    static func commitRequest(_ call: Call) throws -> CreateCommit.Request {
        let body = try call.body(CreationBody.self)
        let source = call.text("source_metarange")
        if !source.isEmpty { try requireEveryObject(call) }
        return try CreateCommit.Request(
            repository: call.repository, branch: call.branch(), message: body.message,
            metadata: body.metadata ?? [:], date: body.date, allowsEmpty: body.allowEmpty ?? false,
            sourceMetaRange: source.isEmpty ? nil : source, force: body.force ?? false)
    }

    static let sourceMetaRange = Parameter.query(
        "source_metarange", .string, "Commit this tree instead, which an earlier commit names.")

    /// A whole tree takes the place of every object, so whoever commits one must be allowed to write and delete any.
    private static func requireEveryObject(_ call: Call) throws {
        let every = Resource.objects(try call.repository, prefix: [])
        try call.require(.writeObject, on: every)
        try call.require(.deleteObject, on: every)
    }

    private static let logParameters: [Parameter] = [
        .after, .amount,
        .query("objects", .strings, "Only commits that touch one of these paths."),
        .query("prefixes", .strings, "Only commits that touch a path beginning with one of these texts."),
        .flag("limit", "End after this page."),
        .flag("first_parent", "Follow the first parent of each commit only."),
        .query("since", Schemas.timestamp, "Neither show nor follow commits older than this."),
        .query("stop_at", .string, "The last commit to show: any reference."),
    ]
}

private struct RecordBody: Decodable {
    var commitId: String
    var version: Int
    var committer: String
    var message: String
    var metarangeId: String
    var creationDate: Int64
    var parents: [String]
    var metadata: [String: String]?
    var generation: Int64
    var force: Bool?
}

private struct CreationBody: Decodable {
    var message: String
    var metadata: [String: String]?
    var date: Int64?
    var allowEmpty: Bool?
    var force: Bool?
}
