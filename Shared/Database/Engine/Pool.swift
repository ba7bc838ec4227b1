/// Connections that one transaction at a time holds, opened when they are needed.
final class Pool {
    /// How long a connection beyond the first is kept without use.
    private static let keptIdle = Duration.seconds(60)

    let connections: [Connection]
    private let context: Context
    private var waiting = Queue<Request>()

    init(connections: [Connection], context: Context) {
        self.connections = connections
        self.context = context
    }

    private var isUp: Bool { connections.contains { $0.isReady } }

    var isDrained: Bool { waiting.isEmpty && connections.allSatisfy { $0.lease == nil } }

    func submit(_ request: Request, of lease: Lease) {
        switch lease.state {
        case .fresh where request.isNothing(for: lease):
            lease.state = .over
            request.answer()
        case .fresh: enqueue(request, of: lease)
        case .waiting: lease.pending.append(request)
        case .held(let connection):
            if connection.flight == nil {
                start(request, of: lease, on: connection)
            } else {
                lease.pending.append(request)
            }
        case .lost(let error): request.answer(request.ending == .rollback ? nil : error)
        case .over: request.answer(request.ending == .rollback ? nil : DatabaseError.closed)
        }
    }

    private func enqueue(_ request: Request, of lease: Lease) {
        request.enqueued = context.now
        let isUp = isUp
        // With none open yet, it is not known to be down.
        if !isUp, let refusal = context.refusal { return refuse(request, of: lease, refusal) }
        let limit = context.limit(of: request, isUp: isUp)
        guard limit > context.now else { return refuse(request, of: lease, context.tardiness(isUp: isUp)) }
        guard waiting.count < context.configuration.maxWaiting else {
            return refuse(request, of: lease, .unavailable("too many transactions wait for a connection"))
        }
        lease.state = .waiting
        waiting.append(request)
        context.expire(by: limit)
    }

    private func refuse(_ request: Request, of lease: Lease, _ error: DatabaseError) {
        lease.lose(error)
        request.answer(error)
    }

    /// A task that waits for a connection no longer wants one.
    func cancel(_ request: Request, of lease: Lease) {
        guard !request.isSent, !request.isAnswered else { return }
        request.answer(CancellationError())
        if case .waiting = lease.state, waiting.contains(where: { $0 === request }) {
            lease.lose(.unavailable("the transaction was cancelled before it began"))
        }
    }

    private func start(_ request: Request, of lease: Lease, on connection: Connection) {
        if request.isAnswered { return finished(lease, on: connection) }
        guard request.deadline > context.now else {
            request.answer(DatabaseError.deadlineExceeded)
            return request.ending == .automatic
                ? release(lease, from: connection) : finished(lease, on: connection)
        }
        if request.isNothing(for: lease) {
            request.answer()
            return request.ending == .none ? finished(lease, on: connection) : release(lease, from: connection)
        }
        context.expire(by: request.deadline)
        connection.start(OperationFlight(request, lease: lease, pool: self))
    }

    /// Goes on with what a transaction has asked for meanwhile, in the next turn.
    func finished(_ lease: Lease, on connection: Connection) {
        if !lease.pending.isEmpty { resumable.append(lease) }
    }

    private var resumable: [Lease] = []

    /// Takes the connection back from a transaction that is over.
    func release(_ lease: Lease, from connection: Connection) {
        lease.end()
        connection.lease = nil
        if !connection.isOutsideTransaction { connection.lose("a transaction was left open") }
    }

    /// Gives idle connections to those who wait, and opens more where they do not suffice.
    func dispatch() {
        while let lease = resumable.popLast() {
            guard case .held(let connection) = lease.state, connection.flight == nil,
                let request = lease.pending.popFirst()
            else { continue }
            start(request, of: lease, on: connection)
        }
        while let request = waiting.first {
            if request.isAnswered {
                _ = waiting.popFirst()
                continue
            }
            guard let connection = connections.first(where: { $0.isIdle && $0.lease == nil }) else { break }
            _ = waiting.popFirst()
            guard case .exclusive(let lease) = request.route else { continue }
            if let epoch = lease.epoch, epoch != context.epoch.value {
                refuse(request, of: lease, .serverRestarted)
                continue
            }
            lease.state = .held(connection)
            connection.lease = lease
            start(request, of: lease, on: connection)
        }
        openForDemand()
    }

    private func openForDemand() {
        var lacking = waiting.count
        for (index, connection) in connections.enumerated() where !connection.isReady {
            connection.isWanted = lacking > 0 || index == 0
            lacking -= 1
            if connection.isWanted, case .closed = connection.phase { connection.open() }
        }
    }

    /// Closes connections without use.
    /// - Returns: when to look again.
    func retire() -> ContinuousClock.Instant? {
        var next: ContinuousClock.Instant?
        for connection in connections.dropFirst() where connection.isIdle && connection.lease == nil {
            let moment = connection.idleSince + Self.keptIdle
            if moment <= context.now {
                connection.isWanted = false
                connection.close()
            } else {
                next = min(next ?? moment, moment)
            }
        }
        return next
    }

    /// Answers what has waited too long.
    /// - Returns: when to look again.
    func expire() -> ContinuousClock.Instant? {
        let isUp = isUp
        var next: ContinuousClock.Instant?
        waiting.removeAll { request in
            if request.isAnswered { return true }
            let limit = context.limit(of: request, isUp: isUp)
            if limit > context.now, isUp || context.refusal == nil {
                next = min(next ?? limit, limit)
                return false
            }
            let error = context.tardiness(isUp: isUp)
            if case .exclusive(let lease) = request.route { lease.lose(error) }
            request.answer(error)
            return true
        }
        return next
    }

    func close() {
        waiting.forEach { request in
            if case .exclusive(let lease) = request.route { lease.lose(.closed) }
            request.answer(DatabaseError.closed)
        }
        waiting = Queue()
    }
}

extension Request {
    /// Whether there is nothing to tell the server.
    fileprivate func isNothing(for lease: Lease) -> Bool {
        guard case .several(let calls) = work, calls.isEmpty else { return false }
        return switch ending {
        case .none: lease.hasBegun
        case .commit, .rollback: !lease.hasBegun
        case .automatic: true
        }
    }
}
