import JSONCodec
import NIOHTTP1
import Policy
import Wire

extension Routes {
    private static let objectPath = "/repositories/{repository}/refs/{ref}/objects"

    /// What Tarn tells of the objects of a reference beyond the protocol.
    static let overviews: [Route] = [
        Route(
            "listLastCommits", .GET, objectPath + "/last_commits", .tarn,
            "Lists the objects of a reference by path, each with the last commit that touched it.",
            parameters: Parameter.page + [.delimiter],
            replies: [.json(200, Schemas.lastCommitList, "A page of objects and their commits.")],
            access: .needs([Need(.listObjects, on: .listing("prefix")), Need(.readBranch, on: .branch("ref"))]),
            patience: .long
        ) { call in
            let list = try await call.index(
                ListLastCommits.self,
                .init(
                    repository: call.repository, reference: call.reference(), range: call.page,
                    delimiter: call.text("delimiter")))
            return .page(list.results, hasMore: list.hasMore) {
                Array($0.path.utf8)
            } write: {
                $0.row($1)
            }
        },
        Route(
            "summarizeObjects", .GET, objectPath + "/summary", .tarn,
            "Tells how many objects are below prefixes, and how large they are together.",
            parameters: [
                .query("prefixes", .strings, "Below which; everything where left out.", allowsEmpty: true)
            ],
            replies: [.json(200, Schemas.objectSummaryList, "One summary for each prefix, in the order asked for.")],
            access: .needs(.listObjects, on: .listings("prefixes")), patience: .long
        ) { call in
            let prefixes = call.target.values("prefixes")
            let summaries = try await call.index(
                SummarizeObjects.self,
                .init(
                    repository: call.repository, reference: call.reference(),
                    prefixes: prefixes.isEmpty ? [""] : prefixes))
            return .object { writer in
                writer.key("results")
                writer.array { writer in
                    for summary in summaries.results { writer.row(summary) }
                }
            }
        },
    ]
}
