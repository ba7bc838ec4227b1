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
    var durability: (fsync: String, synchronousCommit: String)?

    private(set) var flight: (any Flight)?
    private(set) var flightStart: ContinuousClock.Instant
    private var entries = Queue<Entry>()
    /// By number of statement.
    private var prepared: [Bool] = []
    private var isFed = true
    private var unflushedBytes = 0
    private var strayEnds = 0
    private var fault: String?
    /// When a shared flight without progress counts as lost.
    private var stallsAt: ContinuousClock.Instant?

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

    private var stallPatience: Duration?

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
            abandon("the deadline passed")
            return nil
        }
    }

    /// Asks the server to stop what it does for this connection, and closes it.
    func abandon(_ reason: String) {
        if let handle { Cancellation.send(to: handle) }
        lose(reason)
    }

    /// Closes what is left, tells those whom it concerns, and pauses before the next attempt.
    func lose(_ reason: String, refusal: DatabaseError? = nil) {
        let wasReady = isReady
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

// Sending.
extension Connection {
    /// Adds a statement to what is sent, preparing it first if this connection never has.
    func send(_ statement: Statement, _ parameters: [Parameter], member: Int) {
        guard let handle, fault == nil else { return }
        if statement.number >= prepared.count {
            prepared.append(contentsOf: repeatElement(false, count: statement.number - prepared.count + 16))
        }
        if !prepared[statement.number] {
            guard PQsendPrepare(handle, statement.name.pointer, statement.text.pointer, 0, nil) == 1 else {
                fault = complaint
                return
            }
            prepared[statement.number] = true
            unflushedBytes += statement.sql.utf8.count
            entries.append(Entry(kind: .prepare, member: member, statement: statement))
        }
        let buffer = context.parameters
        unflushedBytes += buffer.encode(parameters)
        guard
            PQsendQueryPrepared(
                handle, statement.name.pointer, CInt(parameters.count), buffer.values, buffer.lengths, buffer.formats, 1
            )
                == 1
        else {
            fault = complaint
            return
        }
        entries.append(Entry(kind: .call, member: member, statement: statement))
    }

    /// Ends a unit: what was sent since the last one is committed together.
    func sync() {
        guard let handle, fault == nil else { return }
        guard PQpipelineSync(handle) == 1 else {
            fault = complaint
            return
        }
        entries.append(Entry(kind: .sync, member: -1))
    }

    /// Sends a text of many statements, outside the pipeline.
    func send(script: CText) {
        guard let handle, fault == nil else { return }
        guard PQexitPipelineMode(handle) == 1, PQsendQuery(handle, script.pointer) == 1 else {
            fault = complaint
            return
        }
        entries.append(Entry(kind: .script, member: 0))
    }

    /// Sends as much of the flight as the socket takes.
    private func pump() {
        guard let flight, let handle else { return }
        while !isFed {
            if unflushedBytes >= Self.windowBytes {
                guard flush(handle) else { return }
                unflushedBytes = 0
            }
            isFed = !flight.feed(self)
            if let fault { return lose(fault) }
        }
        if flush(handle) { unflushedBytes = 0 }
    }

    /// Whether everything left for the socket; otherwise the rest follows when it can be written to.
    private func flush(_ handle: OpaquePointer) -> Bool {
        let rest = PQflush(handle)
        guard rest >= 0 else {
            lose(complaint)
            return false
        }
        watch(rest == 0 ? .readable : [.readable, .writable])
        if let fault {
            lose(fault)
            return false
        }
        return rest == 0
    }
}

// Receiving.
extension Connection {
    private func receive() {
        guard let handle else { return }
        guard PQconsumeInput(handle) == 1 else { return lose(complaint) }
        if let stallPatience, stallsAt != nil { stallsAt = context.now + stallPatience }
        while let entry = entries.first, PQisBusy(handle) == 0 {
            guard let result = PQgetResult(handle) else {
                end(entry)
                if let fault { return lose(fault) }
                continue
            }
            strayEnds = 0
            take(result, for: entry)
            if let fault { return lose(fault) }
            guard self.handle == handle else { return }
        }
        if PQstatus(handle) == CONNECTION_BAD { lose(complaint) }
    }

    /// libpq has no more results for an entry.
    private func end(_ entry: Entry) {
        switch entry.kind {
        case .prepare, .call: _ = entries.popFirst()
        case .sync:
            // Seen once, after a commit that failed; the sync itself follows.
            strayEnds += 1
            if strayEnds > 1 { fault = "the answers are out of step with the questions" }
        case .script:
            _ = entries.popFirst()
            guard PQenterPipelineMode(handle) == 1 else {
                fault = complaint
                return
            }
            finishUnit()
        }
    }

    private func take(_ result: OpaquePointer, for entry: Entry) {
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK where entry.kind == .call, PGRES_COMMAND_OK where entry.kind == .call:
            flight?.received(Rows(adopting: result), member: entry.member)
            return
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: break
        case PGRES_PIPELINE_SYNC:
            _ = entries.popFirst()
            PQclear(result)
            finishUnit()
            return
        case PGRES_PIPELINE_ABORTED:
            if entry.kind == .prepare, let statement = entry.statement { prepared[statement.number] = false }
            flight?.skipped(member: entry.member)
        case PGRES_FATAL_ERROR:
            guard let error = ServerError(result), !error.endsConnection else {
                fault = complaint
                break
            }
            if let statement = entry.statement, entry.kind == .prepare || error.isUnknownStatement {
                prepared[statement.number] = false
            }
            flight?.refused(error, member: entry.member)
        default: fault = "an answer of a kind that was not asked for"
        }
        PQclear(result)
    }

    private func finishUnit() {
        guard let flight, flight.synced(self) else { return }
        // The flight may have ended by closing the connection, or started another.
        if self.flight === flight {
            self.flight = nil
            stallsAt = nil
            idleSince = context.now
        }
    }
}
