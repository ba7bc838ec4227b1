import Domain

/// The named schemas of the protocol, grouped as its operations are.
enum Schemas {
    static let error = Schema.named("Error", .object([.required("message", .string, "What went wrong, for people.")]))

    static let pagination = Schema.named(
        "Pagination",
        .object([
            .required("has_more", .boolean, "Whether another page follows."),
            .required("next_offset", .string, "What to give as `after` for the next page; empty at the end."),
            .required("results", .integer(0 ... .max), "How many rows this page holds."),
            .required("max_per_page", .integer(0 ... .max), "The most rows that a page can be asked to hold."),
        ]))

    /// A paged list of `row`.
    static func list(_ name: String, of row: Schema) -> Schema {
        .named(name, .object([.required("pagination", pagination), .required("results", .array(row))]))
    }

    static let location = Schema.named("StorageURI", .object([.required("location", .string)]))

    static let task = Schema.named("TaskInfo", .object([.required("id", .string, "Asks for the task's status.")]))

    // MARK: Patterns

    static let repositoryName = Schema.text(
        TextRule(pattern: TextPattern(expression: "^[a-z0-9][a-z0-9-]{2,62}$") { (try? RepositoryName($0)) != nil }))

    static let namespace = Schema.text(
        TextRule(
            pattern: TextPattern(expression: "^(s3|gs|https?|mem|local|transient)://.*$") { text in
                ["s3://", "gs://", "http://", "https://", "mem://", "local://", "transient://"].contains {
                    text.hasPrefix($0)
                }
            }))

    /// A path of this installation with its query, percent-encoded; never another host.
    static let localPath = Schema.text(
        TextRule(
            pattern: TextPattern(expression: #"^/([!#-.0-\[\]-~][!#-\[\]-~]{0,1022})?$"#) { text in
                let bytes = Array(text.utf8)
                return bytes.count <= 1_024 && bytes.first == 0x2F && bytes.dropFirst().first != 0x2F
                    && bytes.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
            }))

    static let rangeHeader = Schema.text(TextRule(pattern: ByteRange.pattern))

    static let timestamp = Schema.text(
        TextRule(
            format: "date-time",
            pattern: TextPattern(expression: "a date and time of RFC 3339") { Timestamp.seconds($0) != nil }))
}
