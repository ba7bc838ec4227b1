import NIOHTTP1
import Policy
import Wire

extension Routes {
    private static let protectionPath = "/repositories/{repository}/branch_protection"

    static let protection: [Route] = [
        Route(
            "createBranchProtectionRulePreflight", .GET, protectionPath + "/set_allowed", .internal,
            "Tells whether the caller may protect branches.", replies: [.empty(204, "It may.")],
            access: .needs(.setBranchProtectionRules, on: .repository)
        ) { call in
            _ = try await call.index(GetRepository.self, .init(name: call.repository))
            return .noContent
        },
        Route(
            "internalGetBranchProtectionRules", .GET, protectionPath, .internal, "Shows which branches are protected.",
            replies: [.json(200, .array(Schemas.protectionRule), "The rules.")],
            access: .needs(.getBranchProtectionRules, on: .repository)
        ) { call in try await BranchProtection(call: call).show() },
        Route(
            "internalCreateBranchProtectionRule", .POST, protectionPath, .internal, "Protects branches.",
            body: .json(Schemas.protectionRule), replies: [.empty(204, "Protected.")],
            access: .needs(.setBranchProtectionRules, on: .repository)
        ) { call in try await BranchProtection(call: call).add() },
        Route(
            "internalDeleteBranchProtectionRule", .DELETE, protectionPath, .internal, "Takes a protection away.",
            body: .json(Schemas.protectionPattern), replies: [.empty(204, "Taken away.")],
            access: .needs(.setBranchProtectionRules, on: .repository)
        ) { call in try await BranchProtection(call: call).remove() },
    ]

    private static let pullsPath = "/repositories/{repository}/pulls"

    static let pulls: [Route] = [
        Route(
            "listPullRequests", .GET, pullsPath, .pulls, "Lists pull requests, newest first.",
            parameters: Parameter.page + [
                .query("status", .oneOf("open", "closed", "all"), "Only those in this state.", default: "\"all\"")
            ],
            replies: [.json(200, Schemas.pullList, "A page of pull requests.")], access: .signedIn),
        Route(
            "createPullRequest", .POST, pullsPath, .pulls, "Proposes to merge a branch into another.",
            body: .json(Schemas.pullCreation), replies: [.json(201, Schemas.pullCreated, "Its id.")],
            access: .signedIn),
        Route(
            "getPullRequest", .GET, pullsPath + "/{pull_request}", .pulls, "Shows a pull request.",
            replies: [.json(200, Schemas.pull, "The pull request.")], access: .signedIn),
        Route(
            "updatePullRequest", .PATCH, pullsPath + "/{pull_request}", .pulls, "Changes a pull request.",
            body: .json(Schemas.pullUpdate), replies: [.empty(204, "Changed.")], access: .signedIn),
        Route(
            "mergePullRequest", .PUT, pullsPath + "/{pull_request}/merge", .pulls, "Merges a pull request.",
            replies: [.json(200, Schemas.mergeResult, "The merge commit.")], access: .signedIn),
    ]
}
