/// What came out of a request, as the audit log tells it.
struct AuditedResult: Sendable, Hashable {
    /// Of HTTP.
    var status: Int
    /// Of a failure.
    var message: String?
    /// Who logged in.
    var userID: String?
}
