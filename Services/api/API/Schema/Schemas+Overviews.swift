extension Schemas {
    static let lastCommitList = list(
        "LastCommitList",
        of: .named(
            "LastCommit",
            .object([
                .required("path", .string), .required("path_type", .oneOf("common_prefix", "object")),
                .optional("size_bytes", .integer),
                .required("staged", .boolean, "Whether it is, or holds, a change that is not committed."),
                .optional("commit", commit, "Left out where nothing of it is committed."),
                .required(
                    "exact", .boolean,
                    "False where the search ended at the commit: an older one may have touched the row last."),
            ])))

    static let objectSummaryList = Schema.named(
        "ObjectSummaryList",
        .object([
            .required(
                "results",
                .array(
                    .named(
                        "ObjectSummary",
                        .object([
                            .required("prefix", .string), .required("objects", .integer),
                            .required("size_bytes", .integer, "The sum of their sizes."),
                        ]))))
        ]))
}
