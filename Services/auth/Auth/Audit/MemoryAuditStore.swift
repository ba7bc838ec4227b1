import Synchronization
package import Wire

/// The audit log in memory, for tests.
package final class MemoryAuditStore: AuditStore {
    private let entries = Mutex<[AuditEntry]>([])

    package init() {}

    package func append(_ records: [AuditRecord], deadline: ContinuousClock.Instant) async throws {
        entries.withLock { entries in
            for record in records { entries.append(AuditEntry(number: Int64(entries.count + 1), record: record)) }
        }
    }

    package func records(
        _ filter: AuditFilter, before: AuditCursor?, limit: Int, deadline: ContinuousClock.Instant
    ) async throws -> [AuditEntry] {
        let all = entries.withLock { $0 }
        var found: [AuditEntry] = []
        for var entry in all where entry.record.phase != .ended {
            if entry.record.phase == .begun {
                let end = all.first {
                    $0.record.phase == .ended && $0.record.at == entry.record.at
                        && $0.record.requestID == entry.record.requestID
                }
                (entry.record.status, entry.record.message) = (end?.record.status, end?.record.message)
                entry.record.microseconds = end?.record.microseconds
            }
            let place = (entry.record.at, entry.number)
            if filter.matches(entry.record), before.map({ place < ($0.at, $0.number) }) ?? true { found.append(entry) }
        }
        found.sort { ($0.record.at, $0.number) > ($1.record.at, $1.number) }
        return Array(found.prefix(limit))
    }

    package func tend(today: Int64, keptDays: Int64?, deadline: ContinuousClock.Instant) async throws {
        guard let keptDays else { return }
        let first = (today - keptDays) * AuditLog.microsecondsPerDay
        entries.withLock { $0.removeAll { $0.record.at < first } }
    }
}

extension AuditFilter {
    /// Whether a record, with how it ended, is meant.
    fileprivate func matches(_ record: AuditRecord) -> Bool {
        func agrees<Value: Equatable>(_ wanted: Value?, _ value: Value?) -> Bool { wanted == nil || wanted == value }
        return record.at >= from ?? .min && record.at < to ?? .max && agrees(userID, record.userID)
            && agrees(operation, record.operation) && agrees(repository, record.repository)
            && agrees(clientAddress, record.clientAddress) && agrees(plane, record.plane)
            && agrees(result, AuditResult(status: record.status))
    }
}
