internal import CPostgres

/// One connection to the server, which comes back by itself as long as it is wanted.
final class Connection {
    enum Phase {
        case closed
        /// The last attempt failed; the next is due then.
        case pausing(until: ContinuousClock.Instant)
        case connecting(until: ContinuousClock.Instant)
        case settingUp(until: ContinuousClock.Instant)
        case ready
    }

    /// The bytes handed to libpq before they must have left for the socket.
    static let windowBytes = 256 << 10

    /// What answer comes next.
    struct Entry {
        enum Kind { case prepare, call, sync, script }
        let kind: Kind
        let member: Int
        var statement: Statement?
    }

    let tag: Int
    let context: Context
    let lockTimeout: Duration
    var isWanted: Bool
    var phase = Phase.closed
    var handle: OpaquePointer?
    /// The transaction that holds the connection.
    var lease: Lease?
    var idleSince: ContinuousClock.Instant
    var backoff = Backoff()
    var watched: (socket: CInt, events: Poller.Events)?
    var durability: (fsync: String, synchronousCommit: String, serverStart: String)?

    var flight: (any Flight)?
    private(set) var flightStart: ContinuousClock.Instant
    var entries = Queue<Entry>()
    /// By number of statement.
    var prepared: [Bool] = []
    var isFed = true
    var unflushedBytes = 0
    var strayEnds = 0
    var fault: String?
    /// When a shared flight without progress counts as lost.
    var stallsAt: ContinuousClock.Instant?
    var stallPatience: Duration?

    init(tag: Int, context: Context, lockTimeout: Duration, isWanted: Bool) {
        self.tag = tag
        self.context = context
        self.lockTimeout = lockTimeout
        self.isWanted = isWanted
        idleSince = context.now
        flightStart = context.now
    }

    deinit { if let handle { PQfinish(handle) } }

    var isReady: Bool { if case .ready = phase { true } else { false } }
    var isIdle: Bool { isReady && flight == nil }

    /// Whether the server sees no transaction open.
    var isOutsideTransaction: Bool { PQtransactionStatus(handle) == PQTRANS_IDLE }

    /// Sends a flight. The connection must be idle.
    /// - Parameter stall: how long it may go without progress.
    func start(_ flight: any Flight, stall: Duration? = nil) {
        self.flight = flight
        flightStart = context.now
        isFed = false
        stallsAt = stall.map { context.now + $0 }
        stallPatience = stall
        pump()
    }

    /// The socket is ready for something.
    func becameReady() {
        switch phase {
        case .closed, .pausing: break
        case .connecting: continueConnecting()
        case .settingUp: continueSetUp()
        case .ready:
            receive()
            if isReady, watched?.events.contains(.writable) ?? false { pump() }
        }
    }

    /// The next moment to call `fire`.
    var timer: ContinuousClock.Instant? {
        switch phase {
        case .closed: nil
        case .pausing(let moment), .connecting(let moment), .settingUp(let moment): moment
        case .ready: stallsAt
        }
    }

    func fire() {
        guard let timer, timer <= context.now else { return }
        switch phase {
        case .closed: break
        case .pausing: if isWanted { open() } else { phase = .closed }
        case .connecting, .settingUp: lose("the server did not answer in time")
        case .ready: abandon("a statement went without an answer for too long")
        }
    }

    /// Answers what has waited too long.
    func expire() -> ContinuousClock.Instant? {
        switch flight?.expire(context.now) {
        case nil: return nil
        case .next(let moment): return moment
        case .abandon:
            abandon("the deadline passed", isServers: false)
            return nil
        }
    }

    /// Asks the server to stop what it does for this connection, and closes it.
    func abandon(_ reason: String, isServers: Bool = true) {
        if let handle { Cancellation.send(to: handle) }
        lose(reason, isServers: isServers)
    }

    /// Closes what is left, tells those whom it concerns, and pauses before the next attempt.
    /// - Parameter isServers: whether it may be the server's doing.
    func lose(_ reason: String, refusal: DatabaseError? = nil, isServers: Bool = true) {
        let wasReady = isReady
        if wasReady, isServers { context.epoch.end() }
        close()
        var generator = SystemRandomNumberGenerator()
        phase = .pausing(until: context.now + backoff.pause(using: &generator))
        let flight = flight
        self.flight = nil
        if flight != nil || !wasReady || isWanted { context.failed(reason, refusal: refusal) }
        if let lease {
            self.lease = nil
            lease.lose(.unavailable(reason))
        }
        flight?.lost(reason)
    }

    func close() {
        if let watched { context.poller.forget(watched.socket) }
        watched = nil
        if let handle { PQfinish(handle) }
        handle = nil
        phase = .closed
        entries = Queue()
        prepared = []
        isFed = true
        unflushedBytes = 0
        strayEnds = 0
        fault = nil
        stallsAt = nil
    }

    func watch(_ events: Poller.Events) {
        let socket = PQsocket(handle)
        if let watched, watched.socket == socket, watched.events == events, isReady { return }
        guard socket >= 0, context.poller.watch(socket, events, tag: tag) else {
            fault = "the socket cannot be watched"
            return
        }
        watched = (socket, events)
    }

    /// The reason libpq gives for the last failure, on one line. It never holds the password.
    var complaint: String {
        guard let message = PQerrorMessage(handle) else { return "unknown" }
        return String(cString: message).split(whereSeparator: \.isNewline).joined(separator: "; ")
    }
}
