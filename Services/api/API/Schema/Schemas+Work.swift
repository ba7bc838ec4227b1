extension Schemas {
    private static let importLocation = Schema.named(
        "ImportLocation",
        .object([
            .required("type", .oneOf("common_prefix", "object")), .required("path", .string, "The source's address."),
            .required("destination", .string, "A path of the branch."),
        ]))
    static let importCreation = Schema.named(
        "ImportCreation",
        .object([
            .required("paths", .array(importLocation)), .required("commit", commitCreation),
            .optional("force", .boolean, default: "false"),
        ]))
    static let importStarted = Schema.named("ImportCreationResponse", .object([.required("id", .string)]))
    static let importStatus = Schema.named(
        "ImportStatus",
        .object([
            .required("completed", .boolean), .required("update_time", .date),
            .optional("ingested_objects", .integer), .optional("metarange_id", .string),
            .optional("commit", commit), .optional("error", error),
        ]))

    private static let run = Schema.named(
        "ActionRun",
        .object([
            .required("run_id", .string), .required("branch", .string), .required("start_time", .date),
            .optional("end_time", .date), .required("event_type", .string),
            .required("status", .oneOf("failed", "completed")), .required("commit_id", .string),
        ]))
    static let actionRun = run
    static let actionRunList = list("ActionRunList", of: run)
    static let hookRunList = list(
        "HookRunList",
        of: .named(
            "HookRun",
            .object([
                .required("hook_run_id", .string), .required("action", .string), .required("hook_id", .string),
                .required("start_time", .date), .optional("end_time", .date),
                .required("status", .oneOf("failed", "completed", "skipped")),
            ])))

    private static let pullState: [Field] = [
        .optional("status", .oneOf("open", "closed", "merged")), .optional("title", .string),
        .optional("description", .string),
    ]
    static let pullUpdate = Schema.named("PullRequestBasic", .object(pullState))
    static let pull = Schema.named(
        "PullRequest",
        .object([
            .required("id", .string), .required("status", .oneOf("open", "closed", "merged")),
            .required("title", .string), .required("description", .string), .required("creation_date", .date),
            .required("author", .string), .required("source_branch", .string),
            .required("destination_branch", .string), .optional("merged_commit_id", .string),
            .optional("closed_date", .date),
        ]))
    static let pullList = list("PullRequestsList", of: pull)
    static let pullCreation = Schema.named(
        "PullRequestCreation",
        .object([
            .required("title", .string), .optional("description", .string), .required("source_branch", .string),
            .required("destination_branch", .string),
        ]))
    static let pullCreated = Schema.named("PullRequestCreationResponse", .object([.required("id", .string)]))
}
