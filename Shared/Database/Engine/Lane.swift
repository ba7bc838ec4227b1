/// Connections that single statements of all tasks share.
final class Lane {
    enum Role { case read, write }

    /// The greatest size of a batch, in requests and in bytes of parameters.
    private static let maxBatch = 128
    private static let maxBatchBytes = 1 << 20
    /// What a connection may take beyond the server's own time-out to answer.
    private static let grace = Duration.seconds(5)

    let role: Role
    let connections: [Connection]
    private let context: Context
    /// When to call `dispatch` again at the latest.
    private(set) var dispatchesAt: ContinuousClock.Instant?
    private var waiting = Queue<Request>()
    /// Members of batches that failed, to be tried each on its own.
    private var suspects = Queue<Request>()

    init(_ role: Role, connections: [Connection], context: Context) {
        self.role = role
        self.connections = connections
        self.context = context
    }

    var isUp: Bool { connections.contains { $0.isReady } }

    /// Whether nothing waits and nothing is under way.
    var isDrained: Bool { waiting.isEmpty && suspects.isEmpty && connections.allSatisfy { $0.flight == nil } }

    func submit(_ request: Request) {
        request.enqueued = context.now
        let isUp = isUp
        if !isUp, let refusal = context.refusal { return request.answer(refusal) }
        let limit = context.limit(of: request, isUp: isUp)
        guard limit > context.now else { return request.answer(context.tardiness(isUp: isUp)) }
        guard waiting.count < context.configuration.maxWaiting else {
            return request.answer(DatabaseError.unavailable("too many calls wait for the database"))
        }
        guard request.count > 0 else { return request.answer() }
        context.expire(by: limit)
        waiting.append(request)
    }

    func retryAlone(_ request: Request) { suspects.append(request) }

    /// Puts requests of a lost connection back in front.
    func takeBack(_ requests: [Request]) {
        for request in requests { request.enqueued = context.now }
        waiting.prepend(contentsOf: requests)
        context.expire(by: context.now)
    }

    /// How long a batch of changes may take before another connection takes the next. One connection makes the largest
    /// batches, which cost the least per member; a second keeps one that waits for a lock from holding up all.
    private static let writeSpill = Duration.milliseconds(20)

    /// Gives idle connections something to do.
    func dispatch() {
        dispatchesAt = nil
        for connection in connections where connection.isIdle {
            guard !waiting.isEmpty || !suspects.isEmpty else { return }
            if role == .write, let moment = nextSpill, moment > context.now {
                dispatchesAt = moment
                return
            }
            let isIsolated = !suspects.isEmpty
            var batch = isIsolated ? nextBatch(from: &suspects) : nextBatch(from: &waiting)
            if batch.isEmpty, isIsolated { batch = nextBatch(from: &waiting) }
            guard !batch.isEmpty else { continue }
            if role == .write, !isIsolated { BatchOrder.sort(&batch) }
            let groups = isIsolated ? batch.map { Gathering($0) } : Gathering.groups(batch, isOrdered: role == .write)
            connection.start(
                BatchFlight(groups, isIsolated: isIsolated || batch.count == 1, lane: self),
                stall: context.configuration.statementTimeout + Self.grace)
        }
    }

    /// When all flights under way have taken too long; nil where there is none.
    private var nextSpill: ContinuousClock.Instant? {
        connections.filter { $0.flight != nil }.map { $0.flightStart + Self.writeSpill }.max()
    }

    private func nextBatch(from queue: inout Queue<Request>) -> [Request] {
        var batch: [Request] = []
        var bytes = 0
        while batch.count < Self.maxBatch, bytes < Self.maxBatchBytes, let request = queue.popFirst() {
            if request.isAnswered { continue }
            batch.append(request)
            bytes += request.byteCount
        }
        return batch
    }

    /// Answers what has waited too long.
    /// - Returns: when to look again.
    func expire() -> ContinuousClock.Instant? {
        let isUp = isUp
        var next: ContinuousClock.Instant?
        func isOver(_ request: Request) -> Bool {
            if request.isAnswered { return true }
            let limit = context.limit(of: request, isUp: isUp)
            guard limit > context.now, isUp || context.refusal == nil else {
                request.answer(context.tardiness(isUp: isUp))
                return true
            }
            next = min(next ?? limit, limit)
            return false
        }
        waiting.removeAll(where: isOver)
        suspects.removeAll(where: isOver)
        return next
    }

    func close() {
        for queue in [waiting, suspects] { queue.forEach { $0.answer(DatabaseError.closed) } }
        waiting = Queue()
        suspects = Queue()
    }
}
