extension Schemas {
    static let decision = Schema.named(
        "Decision",
        .object([
            .required("allowed", .boolean),
            .required(
                "decision", .oneOf("allowed", "denied", "not_allowed"), "Denied by a statement, or allowed by none."),
            .required("policies", .strings, "Those of which each would decide so alone."),
        ]))

    private static let service = Schema.named(
        "Service",
        .object([
            .required("name", .string), .required("status", .oneOf("ok", "down")),
            .optional("error", .string, "Why it is down."),
            .required("microseconds", .integer, "How long its answer took."),
        ]))
    static let serviceList = Schema.named("ServiceList", .object([.required("results", .array(service))]))
}
