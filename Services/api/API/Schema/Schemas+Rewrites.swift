extension Schemas {
    static let conflictResolution = Schema.named(
        "ConflictResolution",
        .object([
            .required("path", .string),
            .required(
                "take", .oneOf("source", "destination", "delete"),
                "Whose version counts, also where that side has deleted it; or delete the path."),
        ]))

    private static let conflict = Schema.named(
        "MergeConflict",
        .object([
            .required("path", .string), .optional("base", objectStats, "Left out where nothing is there."),
            .optional("source", objectStats), .optional("destination", objectStats),
        ]))
    static let conflictList = Schema.named(
        "MergeConflictList",
        .object([
            .required("pagination", pagination), .required("source_commit_id", .string),
            .required("destination_commit_id", .string),
            .optional("base_commit_id", .string, "Left out where the two have no commit in common."),
            .required("results", .array(conflict)),
        ]))
}
