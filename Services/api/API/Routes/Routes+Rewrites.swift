import Domain
import JSONCodec
import NIOHTTP1
import Policy
import Wire

extension Routes {
    /// What Tarn can do with branches beyond the protocol.
    static let rewrites: [Route] = [
        Route(
            "listMergeConflicts", .GET, mergePath + "/conflicts", .tarn,
            "Lists what a merge would leave to settle, each path with its three versions.",
            parameters: Parameter.page, replies: [.json(200, Schemas.conflictList, "A page of conflicts.")],
            access: .needs(.listObjects, on: .listing("prefix")), patience: .long
        ) { call in
            let page = try await call.index(
                ListConflicts.self,
                .init(
                    repository: call.repository, source: call.reference("sourceRef"),
                    destination: call.reference("destinationBranch"), range: call.page))
            return .page(page.results, hasMore: page.hasMore) { writer in
                writer.member("source_commit_id", page.source.string)
                writer.member("destination_commit_id", page.destination.string)
                if let base = page.base { writer.member("base_commit_id", base.string) }
            } offset: {
                Array($0.path.utf8)
            } write: {
                $0.row($1, in: page.storageNamespace)
            }
        },
        Route(
            "replayBranch", .POST, "/repositories/{repository}/branches/{branch}/replay", .tarn,
            "Makes the commits of a branch again on top of a reference, and moves the branch there.",
            body: .json(Schemas.replayCreation), replies: [.json(200, Schemas.replay, "What became of each commit.")],
            access: .needs([
                Need(.createCommit, on: .branch("branch")), Need(.revertBranch, on: .branch("branch")),
            ]), patience: .long
        ) { call in
            let body = try call.body(ReplayBody.self)
            let replay = try await call.index(
                ReplayBranch.self,
                .init(
                    repository: call.repository, branch: call.branch(), onto: RefExpression(body.onto),
                    strategy: body.strategy.flatMap(MergeStrategy.named), force: body.force ?? false))
            return .object { writer in
                writer.member("reference", replay.head.string)
                writer.key("commits")
                writer.array { writer in
                    for commit in replay.commits { writer.row(commit) }
                }
            }
        },
    ]
}

private struct ReplayBody: Decodable {
    var onto: String
    var strategy: String?
    var force: Bool?
}
