package import Wire

/// Where the audit log is kept: records are added and read, never changed.
///
/// - Throws: whatever keeps the store from answering.
package protocol AuditStore: Sendable {
    /// Adds records, durably, all of them or none.
    func append(_ records: [AuditRecord], deadline: ContinuousClock.Instant) async throws

    /// Records that a filter lets through, the newest first, each with how it ended.
    ///
    /// - Parameter limit: one more than a page tells whether there are more.
    func records(
        _ filter: AuditFilter, before: AuditCursor?, limit: Int, deadline: ContinuousClock.Instant
    ) async throws -> [AuditEntry]

    /// Makes room for the days to come, and drops the days that are over.
    ///
    /// - Parameters:
    ///   - today: days since 1970.
    ///   - keptDays: nil to keep all.
    func tend(today: Int64, keptDays: Int64?, deadline: ContinuousClock.Instant) async throws
}
