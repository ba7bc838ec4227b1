extension Schemas {
    static let auditRecord = Schema.named(
        "AuditRecord",
        .object([
            .required("id", .string, "The place in the log; what the next page begins behind."),
            .required("time", .date, "When the call came."),
            .required("request_id", .string, "As the answer and the log lines of the services name it."),
            .required("plane", .oneOf("control", "data")), .required("service", .string),
            .required("operation", .string), .optional("user", .string), .optional("access_key_id", .string),
            .optional("client_address", .string), .optional("user_agent", .string), .optional("repository", .string),
            .optional("target", .string, "The path it was made on, and the object."),
            .required("result", .oneOf("ok", "refused", "failed", "unknown")),
            .optional("status", .integer, "Of HTTP; absent where it is not known how the call ended."),
            .optional("error", .string), .optional("duration_us", .integer, "In microseconds."),
        ]))
    static let auditList = list("AuditRecordList", of: auditRecord)
}
