/// Requests of several tasks on their way through a shared connection.
final class BatchFlight: Flight {
    private unowned let lane: Lane
    private let groups: [Gathering]
    /// Each member is a unit of its own.
    private let isIsolated: Bool

    /// The next to send.
    private var member = 0
    private var part = 0
    private var hasSynced = false
    /// The units that are over.
    private var units = 0
    private var hasFailed = false

    private static let maxAttempts = 4

    init(_ groups: [Gathering], isIsolated: Bool, lane: Lane) {
        self.groups = groups
        self.isIsolated = isIsolated
        self.lane = lane
    }

    func feed(_ connection: Connection) -> Bool {
        let group = groups[member]
        for request in group.members { request.isSent = true }
        if part < group.count {
            let (statement, parameters) = group[part]
            connection.send(statement, parameters, member: member)
            part += 1
        }
        if part < group.count { return true }
        member += 1
        part = 0
        let isLast = member == groups.count
        if isIsolated || isLast { connection.sync() }
        hasSynced = isLast
        return !isLast
    }

    func received(_ rows: Rows, member: Int) {
        let group = groups[member]
        group.receive(rows)
        // A read has nothing to wait for.
        guard lane.role == .read else { return }
        for request in group.members where request.received == request.count { request.answer() }
    }

    func refused(_ error: ServerError, member: Int) {
        hasFailed = true
        let group = groups[member >= 0 ? member : min(units, groups.count - 1)]
        for request in group.members where !request.isAnswered && request.complaint == nil { request.complaint = error }
        // Among several, alone each will show whether it is the guilty one.
        if lane.role == .read, group.members.count == 1, !error.isWorthAnotherTry {
            group.members[0].answer(DatabaseError.server(error))
        }
    }

    func skipped(member: Int) {}

    func synced(_ connection: Connection) -> Bool {
        let unit = isIsolated ? groups[units...units] : groups[...]
        units += 1
        if hasFailed {
            settleFailure(unit.flatMap(\.members))
        } else {
            for group in unit { for request in group.members { request.answer() } }
        }
        hasFailed = false
        guard isIsolated ? units == groups.count : true else { return false }
        if !connection.isOutsideTransaction { connection.lose("a shared statement left a transaction open") }
        return true
    }

    /// Nothing of the unit was committed: answers the guilty one if that is known, and tries the others again alone.
    private func settleFailure(_ unit: [Request]) {
        let innocent = unit.filter { $0.complaint == nil && !$0.isAnswered }
        let guilty = unit.filter { $0.complaint != nil && !$0.isAnswered }
        // The guilty one last, for it may again wait for what it did not get.
        for request in innocent + guilty {
            request.attempts += 1
            let complaint = request.complaint
            if isIsolated, let complaint, !complaint.isWorthAnotherTry || request.attempts > Self.maxAttempts {
                request.answer(DatabaseError.server(complaint))
            } else {
                request.reset()
                lane.retryAlone(request)
            }
        }
    }

    func lost(_ reason: String) {
        var untried: [Request] = []
        for request in groups.flatMap(\.members) where !request.isAnswered {
            // Without its Sync nothing can have been committed.
            let mayBeCommitted = lane.role == .write && request.isSent && (isIsolated || hasSynced)
            if mayBeCommitted {
                request.answer(DatabaseError.outcomeUnknown(reason))
            } else if request.losses > 0 {
                request.answer(DatabaseError.unavailable(reason))
            } else {
                request.losses += 1
                request.reset()
                untried.append(request)
            }
        }
        lane.takeBack(untried)
    }

    func expire(_ now: ContinuousClock.Instant) -> Expiry {
        var next: ContinuousClock.Instant?
        for request in groups.lazy.flatMap(\.members) where !request.isAnswered {
            if request.deadline <= now {
                request.answer(
                    lane.role == .read
                        ? DatabaseError.deadlineExceeded
                        : .outcomeUnknown("the deadline passed while the change was under way"))
            } else {
                next = min(next ?? request.deadline, request.deadline)
            }
        }
        return .next(next)
    }
}

extension ServerError {
    /// The statement lost against a rival, or the connection forgot it: the same again may succeed.
    fileprivate var isWorthAnotherTry: Bool { isRetryable || isUnknownStatement }
}
