/// A request of one transaction on its way through the connection it holds.
final class OperationFlight: Flight {
    private unowned let pool: Pool
    private let request: Request
    private let lease: Lease
    private let opening: [Call]
    private let closing: Statement?
    private var next = 0
    private var complaint: ServerError?
    private var isExpired = false

    init(_ request: Request, lease: Lease, pool: Pool) {
        self.request = request
        self.lease = lease
        self.pool = pool
        opening = lease.hasBegun ? [] : lease.begin
        closing =
            switch request.ending {
            case .commit: lease.isDoomed ? Statements.rollback : Statements.commit
            case .rollback: Statements.rollback
            case .none, .automatic: nil
            }
    }

    func feed(_ connection: Connection) -> Bool {
        request.isSent = true
        if case .script(let text) = request.work {
            connection.send(script: text)
            return false
        }
        let index = next - opening.count
        if index < 0 {
            connection.send(opening[next].statement, opening[next].parameters, member: next)
        } else if index < request.count {
            let (statement, parameters) = request[index]
            connection.send(statement, parameters, member: next)
        } else if index == request.count, let closing {
            connection.send(closing, [], member: next)
        } else {
            connection.sync()
            return false
        }
        next += 1
        return true
    }

    func received(_ rows: Rows, member: Int) {
        let index = member - opening.count
        if index >= 0, index < request.count { request.receive(rows) }
    }

    func refused(_ error: ServerError, member: Int) { if complaint == nil { complaint = error } }

    func skipped(member: Int) {}

    func synced(_ connection: Connection) -> Bool {
        let failure = complaint.map { DatabaseError.server($0) }
        lease.hasBegun = !lease.begin.isEmpty
        if complaint != nil { lease.isDoomed = true }
        let isAborted = request.ending == .commit && closing === Statements.rollback && failure == nil
        request.answer(isAborted ? DatabaseError.transactionAborted : failure)
        switch request.ending {
        // A statement that failed keeps the commit behind it from running; a rollback follows.
        case .commit where complaint != nil && !connection.isOutsideTransaction: pool.finished(lease, on: connection)
        case .none: pool.finished(lease, on: connection)
        case .automatic, .commit, .rollback: pool.release(lease, from: connection)
        }
        return true
    }

    func lost(_ reason: String) {
        switch request.ending {
        case .rollback: request.answer()
        case .commit where closing === Statements.commit, .automatic where request.changesSomething:
            request.answer(DatabaseError.outcomeUnknown(reason))
        case .none, .automatic, .commit:
            request.answer(isExpired ? DatabaseError.deadlineExceeded : .unavailable(reason))
        }
    }

    func expire(_ now: ContinuousClock.Instant) -> Expiry {
        guard request.deadline <= now else { return .next(request.deadline) }
        isExpired = true
        return .abandon
    }
}

extension Request {
    fileprivate var changesSomething: Bool { (0..<count).contains { self[$0].statement.kind == .write } }
}
