import Domain
import NIOHTTP1
import Policy
import Wire

extension Routes {
    static let branches: [Route] = [
        Route(
            "listBranches", .GET, "/repositories/{repository}/branches", .branches, "Lists branches by name.",
            parameters: Parameter.page + [.flag("show_hidden", "Include hidden branches.")],
            replies: [.json(200, Schemas.referenceList, "A page of branches.")],
            access: .needs(.listBranches, on: .repository)
        ) { call in
            let list = try await call.index(
                ListBranches.self,
                .init(repository: call.repository, range: call.page, showsHidden: call.flag("show_hidden")))
            return .page(list.results, hasMore: list.hasMore) {
                Array($0.name.string.utf8)
            } write: {
                $0.row(reference: $1.name.string, $1.commitID)
            }
        },
        Route(
            "createBranch", .POST, "/repositories/{repository}/branches", .branches,
            "Makes a branch at a reference; answers the commit's id as plain text.",
            body: .json(Schemas.branchCreation), replies: [.text(201, "The id of the branch's head.")],
            access: .needs(.createBranch, on: .byHandler)
        ) { call in
            let body = try call.body(CreationBody.self)
            let repository = try call.repository
            let name = try? BranchName(body.name)
            try call.require(
                .createBranch, on: name.map { .branch(repository, $0) } ?? .repository(repository))
            let branch = try await call.index(
                CreateBranch.self,
                .init(
                    repository: repository, name: BranchName(body.name), source: RefExpression(body.source),
                    isHidden: body.hidden ?? false, force: body.force ?? false))
            return .text(201, branch.commitID.string)
        },
        Route(
            "getBranch", .GET, "/repositories/{repository}/branches/{branch}", .branches, "Shows a branch.",
            replies: [.json(200, Schemas.reference, "The branch and its head.")],
            access: .needs(.readBranch, on: .branch("branch"))
        ) { call in
            let branch = try await call.index(
                GetBranch.self, .init(repository: call.repository, branch: call.branch()))
            return .one { $0.row(reference: branch.name.string, branch.commitID) }
        },
        Route(
            "deleteBranch", .DELETE, "/repositories/{repository}/branches/{branch}", .branches,
            "Deletes a branch and what is staged on it.", parameters: [.force],
            replies: [.empty(204, "Deleted.")], access: .needs(.deleteBranch, on: .branch("branch"))
        ) { call in
            _ = try await call.index(
                DeleteBranch.self,
                .init(repository: call.repository, branch: call.branch(), force: call.flag("force")))
            return .noContent
        },
        Route(
            "resetBranch", .PUT, "/repositories/{repository}/branches/{branch}", .branches,
            "Drops staged changes: all, below a text, or of one path.", body: .json(Schemas.resetCreation),
            replies: [.empty(204, "Dropped.")], access: .needs(.revertBranch, on: .branch("branch")), patience: .long
        ) { call in
            let body = try call.body(ResetBody.self)
            let request = try ResetBranch.Request(
                repository: call.repository, branch: call.branch(), scope: body.scope, force: body.force ?? false)
            _ = try await call.index(ResetBranch.self, request)
            return .noContent
        },
        Route(
            "hardResetBranch", .PUT, "/repositories/{repository}/branches/{branch}/hard_reset", .experimental,
            "Moves a branch's head to any reference.",
            parameters: [.required("ref", .string, "Where the head goes."), .force],
            replies: [.empty(204, "Moved.")], access: .needs(.revertBranch, on: .branch("branch")), patience: .long
        ) { call in
            _ = try await call.index(
                HardResetBranch.self,
                .init(
                    repository: call.repository, branch: call.branch(), reference: RefExpression(call.text("ref")),
                    force: call.flag("force")))
            return .noContent
        },
        Route(
            "diffBranch", .GET, "/repositories/{repository}/branches/{branch}/diff", .branches,
            "Lists what is staged on a branch.", parameters: Parameter.page + [.delimiter],
            replies: [.json(200, Schemas.diffList, "A page of changes.")],
            access: .needs(.listObjects, on: .listing("prefix")), patience: .long
        ) { call in
            let list = try await call.index(
                DiffBranch.self,
                .init(
                    repository: call.repository, branch: call.branch(), range: call.page,
                    delimiter: call.text("delimiter")))
            return .page(list.results, hasMore: list.hasMore) {
                Array($0.path.utf8)
            } write: {
                $0.row($1)
            }
        },
    ]
}

private struct CreationBody: Decodable {
    var name: String
    var source: String
    var force: Bool?
    var hidden: Bool?
}

private struct ResetBody: Decodable {
    var type: String
    var path: String?
    var force: Bool?

    var scope: ResetScope {
        get throws(APIError) {
            if type == "reset" { return .all }
            guard let path else { throw .badRequest("request body: 'path' is missing") }
            return type == "object" ? .object(path) : .prefix(path)
        }
    }
}
