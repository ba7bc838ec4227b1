extension Schemas {
    static let repository = Schema.named(
        "Repository",
        .object([
            .required("id", .string, "Its name, which is also the name of its bucket."),
            .required("creation_date", .integer, "Seconds since 1970."), .required("default_branch", .string),
            .required("storage_namespace", .string, "Below which its bytes are."), .optional("storage_id", .string),
            .optional("read_only", .boolean),
        ]))
    static let repositoryList = list("RepositoryList", of: repository)

    static let repositoryCreation = Schema.named(
        "RepositoryCreation",
        .object([
            .required("name", repositoryName),
            .required("storage_namespace", namespace, "Must not hold another repository."),
            .optional("storage_id", .string, "Empty: there is one store."),
            .optional("default_branch", .string, "", default: "\"main\""),
            .optional("sample_data", .boolean, "Whether to commit an example.", default: "false"),
            .optional("read_only", .boolean, "Whether writes need `force`.", default: "false"),
        ]))

    static let repositoryMetadata = Schema.named("RepositoryMetadata", .metadata)
    static let repositoryMetadataSet = Schema.named(
        "RepositoryMetadataSet", .object([.required("metadata", .metadata)]))
    static let repositoryMetadataKeys = Schema.named(
        "RepositoryMetadataKeys", .object([.required("keys", .strings)]))

    static let collectionRules = Schema.named(
        "GarbageCollectionRules",
        .object([
            .required("default_retention_days", .integer),
            .required(
                "branches",
                .array(
                    .named(
                        "GarbageCollectionRule",
                        .object([.required("branch_id", .string), .required("retention_days", .integer)])))),
        ]))

    static let protectionRule = Schema.named(
        "BranchProtectionRule",
        .object([.required("pattern", .text(TextRule(minLength: 1)), "A glob over branch names.")]))
    static let protectionPattern = Schema.object([.required("pattern", .string)])

    private static let dumpedRanges: [Field] = [
        .required("commits_meta_range_id", .string), .required("tags_meta_range_id", .string),
        .required("branches_meta_range_id", .string),
    ]
    static let refsDump = Schema.named("RefsDump", .object(dumpedRanges))
    static let refsRestore = Schema.named(
        "RefsRestore", .object(dumpedRanges + [.optional("force", .boolean, default: "false")]))

    private static let taskStatus: [Field] = [
        .required("id", .string), .required("done", .boolean), .required("update_time", .date),
        .optional("error", .string),
    ]
    static let dumpStatus = Schema.named(
        "RepositoryDumpStatus", .object(taskStatus + [.optional("refs", refsDump)]))
    static let restoreStatus = Schema.named("RepositoryRestoreStatus", .object(taskStatus))

    static let collectionPrepared = Schema.named(
        "GarbageCollectionPrepareResponse",
        .object([
            .required("run_id", .string), .required("gc_commits_location", .string),
            .required("gc_addresses_location", .string), .optional("gc_commits_presigned_url", .string),
        ]))
    static let collectionStatus = Schema.named(
        "PrepareGarbageCollectionCommitsStatus",
        .object([
            .required("task_id", .string), .required("completed", .boolean), .required("update_time", .date),
            .optional("result", collectionPrepared), .optional("error", error),
        ]))
    static let taskCreation = Schema.named("TaskCreation", .object([.required("id", .string)]))
    static let uncommittedRequest = Schema.named(
        "PrepareGCUncommittedRequest", .object([.optional("continuation_token", .string)]))
    static let uncommittedPrepared = Schema.named(
        "PrepareGCUncommittedResponse",
        .object([
            .required("run_id", .string), .required("gc_uncommitted_location", .string),
            .optional("continuation_token", .string),
        ]))
}
