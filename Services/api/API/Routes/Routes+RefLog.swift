import Domain
import NIOHTTP1
import Policy
import Wire

extension Routes {
    /// Who moved branches and tags, and how to bring deleted ones back.
    static let refLog: [Route] = [
        Route(
            "listRefLog", .GET, "/repositories/{repository}/ref_log", .tarn,
            "Lists the moves of branches and tags, the latest first.",
            parameters: [
                .query("ref", .string, "Only moves of this branch or tag, which need not exist any more."),
                .flag("deleted", "Only deletions."), .after, .amount,
            ],
            replies: [.json(200, Schemas.refMoveList, "A page of moves.")],
            access: .needs([Need(.listBranches, on: .repository), Need(.listTags, on: .repository)])
        ) { call in
            let (reference, after) = (call.text("ref"), call.text("after"))
            let list = try await call.index(
                ListRefLog.self,
                .init(
                    repository: call.repository, reference: reference.isEmpty ? nil : reference,
                    deletionsOnly: call.flag("deleted"), before: moveID(after, named: "after"), amount: call.amount))
            return .page(list.results, hasMore: list.hasMore) {
                Array(String($0.id).utf8)
            } write: {
                $0.row($1)
            }
        },
        Route(
            "undeleteBranch", .POST, "/repositories/{repository}/branches/{branch}/undelete", .tarn,
            "Brings a deleted branch back where it was, without what was staged on it.",
            body: .json(Schemas.undeletion, isRequired: false),
            replies: [.json(201, Schemas.reference, "The branch and its head.")],
            access: .needs(.createBranch, on: .branch("branch"))
        ) { call in
            let body = try call.body(UndeletionBody.self)
            let branch = try await call.index(
                UndeleteBranch.self,
                .init(
                    repository: call.repository, branch: call.branch(),
                    deletion: moveID(body.deletion ?? "", named: "deletion"), force: body.force ?? false))
            return .one(201) { $0.row(reference: branch.name.string, branch.commitID) }
        },
        Route(
            "undeleteTag", .POST, "/repositories/{repository}/tags/{tag}/undelete", .tarn, "Brings a deleted tag back.",
            body: .json(Schemas.undeletion, isRequired: false),
            replies: [.json(201, Schemas.reference, "The tag.")], access: .needs(.createTag, on: .tag("tag"))
        ) { call in
            let body = try call.body(UndeletionBody.self)
            let tag = try await call.index(
                UndeleteTag.self,
                .init(
                    repository: call.repository, tag: call.tag(),
                    deletion: moveID(body.deletion ?? "", named: "deletion"), force: body.force ?? false))
            return .one(201) { $0.row(reference: tag.name.string, tag.commitID) }
        },
    ]

    /// Nil for an empty text.
    private static func moveID(_ text: String, named name: String) throws(APIError) -> Int64? {
        guard !text.isEmpty else { return nil }
        guard let id = Int64(text), id >= 0 else { throw .badRequest("'\(name)' is no id of a move") }
        return id
    }
}

private struct UndeletionBody: Decodable {
    var deletion: String?
    var force: Bool?
}
