extension Schemas {
    static let reference = Schema.named(
        "Ref", .object([.required("id", .string, "The name."), .required("commit_id", .string)]))
    static let referenceList = list("RefList", of: reference)

    static let branchCreation = Schema.named(
        "BranchCreation",
        .object([
            .required("name", .string), .required("source", .string, "Any reference; staged changes are not taken."),
            .optional("force", .boolean, default: "false"),
            .optional("hidden", .boolean, "Whether lists leave it out.", default: "false"),
        ]))

    static let tagCreation = Schema.named(
        "TagCreation",
        .object([
            .required("id", .string), .required("ref", .string, "Any reference."),
            .optional("force", .boolean, "Write to a read-only repository all the same.", default: "false"),
        ]))

    static let resetCreation = Schema.named(
        "ResetCreation",
        .object([
            .required("type", .oneOf("object", "common_prefix", "reset"), "One path, all below a text, or everything."),
            .optional("path", .string, "Needed but for `reset`."), .optional("force", .boolean, default: "false"),
        ]))

    private static let overrides = Schema.named(
        "CommitOverrides", .object([.optional("message", .string), .optional("metadata", .metadata)]))

    static let revertCreation = Schema.named(
        "RevertCreation",
        .object([
            .required("ref", .string, "The commit to undo."), .optional("commit_overrides", overrides),
            .required("parent_number", .integer, "Which parent to go back to, from 1; 0 where there is one."),
            .optional("force", .boolean, default: "false"), .optional("allow_empty", .boolean, default: "false"),
        ]))

    static let cherryPickCreation = Schema.named(
        "CherryPickCreation",
        .object([
            .required("ref", .string, "The commit to apply."),
            .optional("parent_number", .integer, "Which parent to compare with, from 1; needed for merges."),
            .optional("commit_overrides", overrides), .optional("force", .boolean, default: "false"),
        ]))

    static let commit = Schema.named(
        "Commit",
        .object([
            .required("id", .string), .required("parents", .strings), .required("committer", .string, "A user's id."),
            .required("message", .string), .required("creation_date", .integer, "Seconds since 1970."),
            .required("meta_range_id", .string, "Names the commit's tree."), .optional("metadata", .metadata),
            .optional("generation", .integer), .optional("version", .integer(0...1)),
        ]))
    static let commitList = list("CommitList", of: commit)

    static let commitCreation = Schema.named(
        "CommitCreation",
        .object([
            .required("message", .string), .optional("metadata", .metadata),
            .optional("date", .integer, "Seconds since 1970, instead of now."),
            .optional("allow_empty", .boolean, default: "false"), .optional("force", .boolean, default: "false"),
        ]))

    static let commitRecord = Schema.named(
        "CommitRecordCreation",
        .object([
            .required("commit_id", .string, "Must be the hash of the rest."), .required("version", .integer(0...1)),
            .required("committer", .string), .required("message", .string), .required("metarange_id", .string),
            .required("creation_date", .integer), .required("parents", .strings), .optional("metadata", .metadata),
            .required("generation", .integer), .optional("force", .boolean, default: "false"),
        ]))

    static let merge = Schema.named(
        "Merge",
        .object([
            .optional("message", .string), .optional("metadata", .metadata),
            .optional("strategy", .string, "`source-wins` or `dest-wins` settles conflicts."),
            .optional("force", .boolean, default: "false"), .optional("allow_empty", .boolean, default: "false"),
            .optional("squash_merge", .boolean, "Whether the source is left out of the parents.", default: "false"),
            .optional(
                "resolutions", .array(conflictResolution),
                "Tarn's own: what settles the conflicts of single paths, each once; the strategy settles the rest."),
            .optional(
                "if_destination", .string, "Tarn's own: merge only if the destination's head is this commit, else 412."),
        ]))
    static let mergeResult = Schema.named(
        "MergeResult", .object([.required("reference", .string, "The merge commit; empty on a conflict.")]))

    private static func taskStatus(_ name: String, result: Schema) -> Schema {
        .named(
            name,
            .object([
                .required("task_id", .string), .required("completed", .boolean, "Whether it succeeded or failed."),
                .required("update_time", .date), .optional("result", result), .optional("error", error),
                .optional("status_code", .integer(400...599), "What the same call would have been answered at once."),
            ]))
    }
    static let commitStatus = taskStatus("CommitAsyncStatus", result: commit)
    static let mergeStatus = taskStatus("MergeAsyncStatus", result: mergeResult)

    static let mergeBase = Schema.named(
        "FindMergeBaseResult",
        .object([
            .required("source_commit_id", .string), .required("destination_commit_id", .string),
            .required("base_commit_id", .string),
        ]))

    private static let rightStats = Schema.named(
        "DiffObjectStat",
        .object([
            .required("checksum", .string), .required("mtime", .integer, "Seconds since 1970."),
            .required("content_type", .string), .optional("metadata", userMetadata),
        ]))
    static let diff = Schema.named(
        "Diff",
        .object([
            .required("type", .oneOf("added", "removed", "changed", "conflict", "prefix_changed")),
            .required("path", .string), .required("path_type", .oneOf("common_prefix", "object")),
            .optional("size_bytes", .integer), .optional("right", rightStats),
        ]))
    static let diffList = list("DiffList", of: diff)
}
