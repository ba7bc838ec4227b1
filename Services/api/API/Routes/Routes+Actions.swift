import NIOHTTP1

extension Routes {
    private static let runsPath = "/repositories/{repository}/actions/runs"

    static let actions: [Route] = [
        Route(
            "listRepositoryRuns", .GET, runsPath, .actions, "Lists runs of actions, newest first.",
            parameters: [
                .after, .amount, .query("branch", .string, "Only runs on this branch."),
                .query("commit", .string, "Only runs of this commit."),
            ],
            replies: [.json(200, Schemas.actionRunList, "A page of runs.")], access: .signedIn),
        Route(
            "getRun", .GET, runsPath + "/{run_id}", .actions, "Shows a run.",
            replies: [.json(200, Schemas.actionRun, "The run.")], access: .signedIn),
        Route(
            "listRunHooks", .GET, runsPath + "/{run_id}/hooks", .actions, "Lists the hooks of a run.",
            parameters: [.after, .amount], replies: [.json(200, Schemas.hookRunList, "A page of hooks.")],
            access: .signedIn),
        Route(
            "getRunHookOutput", .GET, runsPath + "/{run_id}/hooks/{hook_run_id}/output", .actions,
            "Answers what a hook wrote.", replies: [.bytes(200, "The output.")], access: .signedIn),
    ]

    private static let collectionPath = "/repositories/{repository}/gc"

    static let collection: [Route] = [
        Route(
            "setGarbageCollectionRulesPreflight", .GET, collectionPath + "/rules/set_allowed", .internal,
            "Tells whether the caller may set how long data is kept.", replies: [.empty(204, "It may.")],
            access: .signedIn),
        Route(
            "internalGetGarbageCollectionRules", .GET, collectionPath + "/rules", .internal,
            "Shows how long data is kept.", replies: [.json(200, Schemas.collectionRules, "The rules.")],
            access: .signedIn),
        Route(
            "internalSetGarbageCollectionRules", .POST, collectionPath + "/rules", .internal,
            "Sets how long data is kept.", body: .json(Schemas.collectionRules), replies: [.empty(204, "Set.")],
            access: .signedIn),
        Route(
            "internalDeleteGarbageCollectionRules", .DELETE, collectionPath + "/rules", .internal,
            "Forgets how long data is kept.", replies: [.empty(204, "Forgotten.")], access: .signedIn),
        Route(
            "prepareGarbageCollectionCommits", .POST, collectionPath + "/prepare_commits", .internal,
            "Lists the commits that have expired.",
            replies: [.json(201, Schemas.collectionPrepared, "Where the lists are.")], access: .signedIn),
        Route(
            "prepareGarbageCollectionCommitsAsync", .POST, collectionPath + "/prepare_commits/async", .internal,
            "Begins to list the commits that have expired.",
            replies: [.json(202, Schemas.taskCreation, "Begun.")], access: .signedIn),
        Route(
            "prepareGarbageCollectionCommitsStatus", .GET, collectionPath + "/prepare_commits/status", .internal,
            "Tells how the listing goes.", parameters: [.required("id", .string, "What the start answered.")],
            replies: [.json(200, Schemas.collectionStatus, "The state.")], access: .signedIn),
        Route(
            "prepareGarbageCollectionUncommitted", .POST, collectionPath + "/prepare_uncommited", .internal,
            "Lists what is staged.", body: .json(Schemas.uncommittedRequest, isRequired: false),
            replies: [.json(201, Schemas.uncommittedPrepared, "Where the list is.")], access: .signedIn),
    ]
}
