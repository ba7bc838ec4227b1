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
            access: .needs(.listObjects, on: .repository), patience: .long
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
        }
    ]
}
