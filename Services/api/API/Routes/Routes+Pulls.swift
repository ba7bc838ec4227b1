import Domain
import JSONCodec
import NIOHTTP1
import Policy
import Wire

extension Routes {
    private static let pullsPath = "/repositories/{repository}/pulls"
    private static let pullPath = pullsPath + "/{pull_request}"

    static let pulls: [Route] = [
        Route(
            "listPullRequests", .GET, pullsPath, .pulls, "Lists pull requests, newest first.",
            parameters: Parameter.page + [
                .query(
                    "status", .oneOf("open", "closed", "all"), "Only those in this state; merged ones are closed.",
                    default: "\"all\"")
            ],
            replies: [.json(200, Schemas.pullList, "A page of pull requests.")],
            access: .needs(.listPullRequests, on: .repository)
        ) { call in
            let isOpen: Bool? =
                switch call.text("status") {
                case "open": true
                case "closed": false
                default: nil
                }
            let list = try await call.index(
                ListPulls.self, .init(repository: call.repository, isOpen: isOpen, range: call.page))
            return .page(list.results, hasMore: list.hasMore) {
                Array($0.id.string.utf8)
            } write: {
                $0.row($1)
            }
        },
        Route(
            "createPullRequest", .POST, pullsPath, .pulls, "Proposes to merge a branch into another.",
            body: .json(Schemas.pullCreation), replies: [.json(201, Schemas.pullCreated, "Its id.")],
            access: .needs(.writePullRequest, on: .repository)
        ) { call in
            let body = try call.body(PullCreationBody.self)
            let pull = try await call.index(
                CreatePull.self,
                .init(
                    repository: call.repository, id: .make(now: call.services.now()), title: body.title,
                    text: body.description ?? "", source: BranchName(body.sourceBranch),
                    destination: BranchName(body.destinationBranch)))
            return .object(201) { $0.member("id", pull.id.string) }
        },
        Route(
            "getPullRequest", .GET, pullPath, .pulls, "Shows a pull request.",
            replies: [.json(200, Schemas.pull, "The pull request.")],
            access: .needs(.readPullRequest, on: .repository)
        ) { call in
            let pull = try await call.index(GetPull.self, .init(repository: call.repository, id: call.pullID))
            return .one { $0.row(pull) }
        },
        Route(
            "updatePullRequest", .PATCH, pullPath, .pulls, "Changes, closes or opens a pull request.",
            body: .json(Schemas.pullUpdate), replies: [.empty(204, "Changed.")],
            access: .needs(.writePullRequest, on: .repository)
        ) { call in
            let body = try call.body(PullUpdateBody.self)
            // Only a merge makes it merged.
            guard body.status != "merged" else { throw APIError.badRequest("bad pull request status") }
            _ = try await call.index(
                UpdatePull.self,
                .init(
                    repository: call.repository, id: call.pullID, title: body.title, text: body.description,
                    isOpen: body.status.map { $0 == "open" }))
            return .noContent
        },
        Route(
            "mergePullRequest", .PUT, pullPath + "/merge", .pulls, "Merges a pull request.",
            replies: [
                .json(200, Schemas.mergeResult, "The merge commit."),
                .json(409, Schemas.mergeResult, "Both sides changed a path in different ways."),
            ],
            access: .needs([Need(.writePullRequest, on: .repository), Need(.createCommit, on: .byHandler)]),
            patience: .long
        ) { call in
            let pull = try await call.index(GetPull.self, .init(repository: call.repository, id: call.pullID))
            try call.require(.createCommit, on: .branch(call.repository, pull.destination))
            do {
                let commit = try await call.index(MergePull.self, .init(repository: call.repository, id: pull.id))
                return .object { $0.member("reference", commit.id.string) }
            } catch let error as RPCError where error.code == .conflict {
                // Clients tell a merge conflict by this body.
                return .object(409) { $0.member("reference", "") }
            }
        },
    ]
}

extension Call {
    fileprivate var pullID: PullRequestID {
        get throws(InvalidName) { try PullRequestID(pathValue("pull_request")) }
    }
}

private struct PullCreationBody: Decodable {
    var title: String
    var description: String?
    var sourceBranch: String
    var destinationBranch: String
}

private struct PullUpdateBody: Decodable {
    var title: String?
    var description: String?
    var status: String?
}

extension JSONWriter {
    fileprivate mutating func row(_ pull: PullRequest) {
        object { writer in
            writer.member("id", pull.id.string)
            writer.member("status", pull.state.rawValue)
            writer.member("title", pull.title)
            writer.member("description", pull.text)
            writer.member("author", pull.author)
            writer.member("creation_date", Timestamp.text(seconds: pull.created.seconds))
            writer.member("source_branch", pull.source.string)
            writer.member("destination_branch", pull.destination.string)
            if let commit = pull.mergedCommit { writer.member("merged_commit_id", commit.string) }
            if let closed = pull.closed { writer.member("closed_date", Timestamp.text(seconds: closed.seconds)) }
        }
    }
}
