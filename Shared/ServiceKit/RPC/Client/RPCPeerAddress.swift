import NIOCore
import NIOPosix
import Wire

/// One address of a peer as one event loop sees it; touched on that loop only.
final class RPCPeerAddress {
    let address: SocketAddress
    /// Forgets its addresses when it is shut down.
    private let loop: RPCPeerLoop
    private let configuration: RPCClientConfiguration
    private var idle: [RPCClientConnection] = []
    private var busyCount = 0
    private var connectingCount = 0
    private(set) var inFlightCalls = 0
    private(set) var freshBodies: [RPCOutgoingBody] = []
    private var failures = 0
    /// Nil while it is thought to work.
    private(set) var retryAt: NIODeadline?
    /// No longer among the peer's addresses: finishes what it carries and takes no more.
    private(set) var isRetired = false
    private var hasConnected = false

    init(_ address: SocketAddress, _ loop: RPCPeerLoop) {
        self.address = address
        self.loop = loop
        configuration = loop.configuration
    }

    var peer: String { configuration.peer.rawValue }

    /// Whether it takes calls: it works as far as is known.
    var isUp: Bool { !isRetired && retryAt == nil && hasConnected }

    var isUnused: Bool { idle.isEmpty && busyCount == 0 && connectingCount == 0 }

    func hasRoom(small: Bool) -> Bool { !small || freshBodies.count < configuration.maxInFlightBodies }

    // MARK: Connections

    func takeIdle() -> RPCClientConnection? { idle.popLast() }

    /// Begins as many connections as calls wait for, within the limit.
    func connect(upTo wanted: Int) {
        guard !isRetired, retryAt == nil else { return }
        let room = configuration.maxConnections - idle.count - busyCount - connectingCount
        for _ in 0..<max(0, min(room, wanted - connectingCount)) { connectOne() }
    }

    private func connectOne() {
        connectingCount += 1
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        ClientBootstrap(group: loop.eventLoop)
            .connectTimeout(configuration.connectTimeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(to: address)
            .flatMap { channel in bound.value.build(channel) }
            .hop(to: loop.eventLoop)
            .whenComplete { result in bound.value.connected(result.map(\.value)) }
    }

    /// Makes a connection of a channel: it is one when TLS is agreed on, where that is spoken.
    private func build(_ channel: any Channel) -> EventLoopFuture<NIOLoopBound<RPCClientConnection>> {
        let connection = RPCClientConnection(self)
        let bound = NIOLoopBound(connection, eventLoop: channel.eventLoop)
        let made = channel.eventLoop.makePromise(of: NIOLoopBound<RPCClientConnection>.self)
        do {
            guard let tls = configuration.tls else {
                try channel.pipeline.syncOperations.addHandler(connection)
                made.succeed(bound)
                return made.futureResult
            }
            let host = configuration.address.host
            let timer = channel.eventLoop.scheduleTask(in: configuration.connectTimeout) {
                made.fail(TLSError("the other side does not answer"))
                channel.close(promise: nil)
            }
            let handler = try TLSHandler(tls.current, to: host) { result in
                timer.cancel()
                switch result {
                case .success: made.succeed(bound)
                case .failure(let error):
                    tls.refused(error, host)
                    made.fail(error)
                }
            }
            try channel.pipeline.syncOperations.addHandlers(handler, connection)
        } catch {
            made.fail(error)
            channel.close(promise: nil)
        }
        return made.futureResult
    }

    private func connected(_ result: Result<RPCClientConnection, any Error>) {
        connectingCount -= 1
        switch result {
        case .success(let connection) where failures == 0:
            take(connection)
        case .success(let connection):
            connectingCount += 1
            let timeout = configuration.connectTimeout
            connection.probe(host: configuration.address.description, timeout: timeout) { [weak self] isAlive in
                self?.probed(connection, isAlive)
            }
        case .failure:
            noteFailure()
        }
        loop.pump()
    }

    private func probed(_ connection: RPCClientConnection, _ isAlive: Bool) {
        connectingCount -= 1
        if isAlive { take(connection) } else { noteFailure() }
        loop.pump()
    }

    private func take(_ connection: RPCClientConnection) {
        guard !isRetired, !loop.isShutDown else { return connection.close() }
        hasConnected = true
        idle.append(connection)
    }

    func retire() {
        isRetired = true
        for connection in idle { connection.close() }
    }

    func closeIdle(olderThan limit: NIODeadline, keeping kept: Int) {
        for connection in idle.dropLast(kept) where connection.idleSince < limit { connection.close() }
    }

    // MARK: Bodies

    func send(_ body: RPCOutgoingBody, on connection: RPCClientConnection) {
        busyCount += 1
        inFlightCalls += body.calls.count
        if body.isFresh { freshBodies.append(body) }
        for call in body.calls {
            call.body = body
            call.attempts += 1
            call.lastAddress = address
        }
        body.sent(by: self, on: connection)
        connection.send(body, head: loop.requestHead)
    }

    func answered(
        _ connection: RPCClientConnection, _ body: RPCOutgoingBody, _ call: RPCCall, _ answer: RPCCall.Answer
    ) {
        failures = 0
        noLongerFresh(body)
        guard call.body === body else { return }
        settle(call, body)
        loop.answered(call, answer)
    }

    /// The response is whole.
    func finished(
        _ connection: RPCClientConnection, _ body: RPCOutgoingBody, refusedBy status: Int?, isReusable: Bool
    ) {
        busyCount -= 1
        noLongerFresh(body)
        if isReusable, !isRetired, !loop.isShutDown { idle.append(connection) } else { connection.close() }
        for call in body.calls where call.body === body {
            settle(call, body)
            switch status {
            case nil: loop.failed(call, .unanswered("\(peer) left \(call.method) unanswered"))
            case 503: loop.failed(call, .notSent("\(peer) is overloaded"), delayed: true)
            case let status?:
                loop.answered(call, .failure(RPCError(.internal, "\(peer) refuses calls with status \(status)")))
            }
        }
        loop.pump()
    }

    /// The connection could not take the body.
    func lost(_ connection: RPCClientConnection, _ body: RPCOutgoingBody, _ reason: String) {
        busyCount -= 1
        noLongerFresh(body)
        for call in body.calls where call.body === body {
            settle(call, body)
            call.attempts -= 1
            loop.failed(call, .notSent(reason))
        }
    }

    func closed(_ connection: RPCClientConnection, _ body: RPCOutgoingBody?, _ reason: String) {
        idle.removeAll { $0 === connection }
        if let body {
            busyCount -= 1
            noLongerFresh(body)
            if body.unanswered > 0 { noteFailure() }
            for call in body.calls where call.body === body {
                settle(call, body)
                loop.failed(call, .unanswered(reason))
            }
        }
        loop.pump()
    }

    /// Nobody waits for the call any longer.
    ///
    /// - Parameter isLate: its deadline has passed, rather than its task being cancelled.
    func givenUp(_ call: RPCCall, _ body: RPCOutgoingBody, isLate: Bool) {
        settle(call, body)
        guard body.unanswered == 0 else { return }
        noLongerFresh(body)
        body.abandon()
        // A peer that accepts and never answers must not look like the least loaded one.
        if isLate, !body.hasAnswers { noteFailure() }
    }

    private func settle(_ call: RPCCall, _ body: RPCOutgoingBody) {
        call.body = nil
        inFlightCalls -= 1
        body.settle()
    }

    func noLongerFresh(_ body: RPCOutgoingBody) {
        guard body.isFresh else { return }
        body.isFresh = false
        freshBodies.removeAll { $0 === body }
    }

    // MARK: Failures

    private func noteFailure() {
        failures += 1
        let delay = loop.backoff.delay(failures: failures, random: .random(in: 0..<1))
        retryAt = .now() + delay
        loop.schedule(in: delay) { [weak self] in self?.retry() }
        loop.addressFailed()
    }

    private func retry() {
        guard !isRetired, let retryAt, retryAt <= .now() else { return }
        self.retryAt = nil
        // A connection that is there may be as broken as the one that failed; a new one tells.
        hasConnected = false
        for connection in idle { connection.close() }
        connect(upTo: 1)
        loop.pump()
    }
}
