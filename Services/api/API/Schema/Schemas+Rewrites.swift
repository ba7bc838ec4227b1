extension Schemas {
    static let conflictResolution = Schema.named(
        "ConflictResolution",
        .object([
            .required("path", .string),
            .required(
                "take", .oneOf("source", "destination", "delete"),
                "Whose version counts, also where that side has deleted it; or delete the path."),
        ]))

    static let replayCreation = Schema.named(
        "ReplayCreation",
        .object([
            .required("onto", .string, "Any reference."),
            .optional(
                "strategy", .string,
                "`source-wins` settles conflicts for the commit that is made again, `dest-wins` for what is there."),
            .optional("force", .boolean, default: "false"),
        ]))
    private static let replayedCommit = Schema.named(
        "ReplayedCommit",
        .object([
            .required("origin", .string),
            .optional(
                "reference", .string, "Left out for a merge, and where everything it brings was there already."),
        ]))
    static let replay = Schema.named(
        "ReplayResult",
        .object([
            .required("reference", .string, "The branch's head."),
            .required("commits", .array(replayedCommit), "Parents before children."),
        ]))

    private static let refMove = Schema.named(
        "RefMove",
        .object([
            .required("id", .string, "Later moves of a reference have greater numbers."), .required("ref", .string),
            .required("kind", .oneOf("branch", "tag")), .required("action", .string, "What moved it, in words."),
            .optional("from", .string, "Left out where it was made."),
            .optional("to", .string, "Left out where it was deleted."),
            .required("actor", .string, "A user's id."), .required("date", .integer, "Seconds since 1970."),
        ]))
    static let refMoveList = list("RefMoveList", of: refMove)
    static let undeletion = Schema.named(
        "Undeletion",
        .object([
            .optional("deletion", .string, "The id of the move that deleted it; the latest deletion where left out."),
            .optional("force", .boolean, "Write to a read-only repository all the same.", default: "false"),
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
