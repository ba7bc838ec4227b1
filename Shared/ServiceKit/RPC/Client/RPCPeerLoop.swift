import Logging
import NIOCore
import Wire

/// A client's calls on one event loop: which wait, which go out together, and over which address.
///
/// All state is touched on `eventLoop` only, which is what makes the class safe to share.
final class RPCPeerLoop: @unchecked Sendable {
    let configuration: RPCClientConfiguration
    let executor: LoopExecutor
    let backoff = RPCBackoff()
    /// Of every request, up to the value of Content-Length.
    let requestHead: String
    private let metrics: RPCClientMetrics?
    private var addresses: [RPCPeerAddress] = []
    private var smallCalls = CircularBuffer<RPCCall>()
    private var largeCalls = CircularBuffer<RPCCall>()
    private var deadlines: DeadlineQueue<RPCCall>?
    private(set) var waitingCount = 0
    private var turn = 0
    /// Since when no address works.
    private var downSince: NIODeadline?
    private var isPatienceTimed = false
    private var holdTimer: Scheduled<Void>?
    private var isPumping = false
    private var idleSweep: RepeatedTask?
    private(set) var isShutDown = false

    init(_ configuration: RPCClientConfiguration, _ executor: LoopExecutor, _ metrics: RPCClientMetrics?) {
        self.configuration = configuration
        self.executor = executor
        self.metrics = metrics
        requestHead = RPCHeaders.requestHead(
            caller: configuration.identity.service, credential: configuration.identity.credential,
            host: configuration.address.description)
    }

    var eventLoop: any EventLoop { executor.eventLoop }

    var peer: String { configuration.peer.rawValue }

    func onLoop(_ body: @escaping @Sendable () -> Void) {
        if eventLoop.inEventLoop { body() } else { eventLoop.execute(body) }
    }

    func schedule(in delay: TimeAmount, _ body: @escaping () -> Void) {
        eventLoop.assumeIsolated().scheduleTask(in: delay) { body() }
    }

    // MARK: Calls

    func submit(_ call: RPCCall) {
        guard !call.isFinished else { return }
        guard !isShutDown else { return finish(call, .failure(RPCError(.unavailable, "this process is stopping"))) }
        guard call.context.deadline > .now else {
            return finish(call, .failure(call.givenUp(.deadlineExceeded, "no time left")))
        }
        let deadlines = deadlines ?? DeadlineQueue(on: eventLoop) { [weak self] call in self?.expire(call) }
        self.deadlines = deadlines
        waitingCount += 1
        call.isCounted = true
        deadlines.insert(call, deadline: call.context.deadline)
        enqueue(call)
    }

    private func enqueue(_ call: RPCCall) {
        if isHopeless { return finish(call, .failure(unreachable)) }
        if call.isSmall { smallCalls.append(call) } else { largeCalls.append(call) }
        pump()
    }

    private var unreachable: RPCError { RPCError(.unavailable, "\(peer) cannot be reached") }

    func cancel(_ call: RPCCall) {
        guard !call.isFinished else { return }
        giveUp(call, call.givenUp(.unavailable, "cancelled"), isLate: false)
    }

    private func expire(_ call: RPCCall) {
        guard !call.isFinished else { return }
        giveUp(call, call.givenUp(.deadlineExceeded, "\(peer) did not answer in time"), isLate: true)
    }

    private func giveUp(_ call: RPCCall, _ error: RPCError, isLate: Bool) {
        if let body = call.body { body.owner?.givenUp(call, body, isLate: isLate) }
        finish(call, .failure(error))
        pump()
    }

    private func finish(_ call: RPCCall, _ answer: RPCCall.Answer) {
        guard call.finish(answer) else { return }
        deadlines?.remove(call)
        metrics?.record(call, answer)
        if call.isCounted { waitingCount -= 1 }
        if isShutDown, waitingCount <= 0 { closeAll() }
    }

    // MARK: Attempts

    /// The peer answered, perhaps that it cannot.
    func answered(_ call: RPCCall, _ answer: RPCCall.Answer) {
        if case .failure(let error) = answer, error.code == .unavailable {
            return failed(call, .refused(error))
        }
        finish(call, answer)
    }

    func failed(_ call: RPCCall, _ failure: RPCRetryPolicy.Failure, delayed: Bool = false) {
        guard !call.isFinished else { return }
        let remaining = TimeAmount(ContinuousClock.now.duration(to: call.context.deadline))
        let policy = configuration.retries
        let decision = policy.decide(
            failure, isIdempotent: call.isIdempotent, attempts: call.attempts, remaining: remaining,
            random: .random(in: 0..<1))
        switch decision {
        case .fail(let error):
            finish(call, .failure(error))
        case .retry(var delay):
            metrics?.retries.add()
            if delayed { delay = policy.delay(afterAttempt: max(1, call.attempts), random: .random(in: 0..<1)) }
            // Never at once: the failure may have come from within `pump`.
            schedule(in: delay) { [weak self] in
                guard let self, !call.isFinished else { return }
                enqueue(call)
            }
        }
    }

    // MARK: Sending

    /// Sends what waits, as far as there is room.
    func pump() {
        guard !isPumping else { return }
        isPumping = true
        defer { isPumping = false }
        dropFinished(&largeCalls)
        while let call = largeCalls.first, let (address, connection) = acquire(for: call) {
            largeCalls.removeFirst()
            address.send(RPCOutgoingBody([call], isFresh: false), on: connection)
            dropFinished(&largeCalls)
        }
        dropFinished(&smallCalls)
        while let call = smallCalls.first, let (address, connection) = acquire(for: call) {
            let calls = takeBatch()
            metrics?.bodies.add()
            address.send(RPCOutgoingBody(calls, isFresh: true), on: connection)
            dropFinished(&smallCalls)
        }
        if !smallCalls.isEmpty { armHoldTimer() }
        if !smallCalls.isEmpty || !largeCalls.isEmpty { noteWhetherDown() }
    }

    private func dropFinished(_ calls: inout CircularBuffer<RPCCall>) {
        while let call = calls.first, call.isFinished { calls.removeFirst() }
    }

    private func takeBatch() -> [RPCCall] {
        var batch: [RPCCall] = []
        var bytes = 0
        while batch.count < RPCLimits.maxCallsPerBody, let call = smallCalls.first {
            if call.isFinished {
                smallCalls.removeFirst()
                continue
            }
            guard batch.isEmpty || bytes + call.message.count <= RPCLimits.maxCoalescedBytes else { break }
            bytes += call.message.count
            batch.append(call)
            smallCalls.removeFirst()
        }
        return batch
    }

    /// The connection to send a call on: of the address that is least loaded, and not the one it just failed on.
    private func acquire(for call: RPCCall) -> (RPCPeerAddress, RPCClientConnection)? {
        turn &+= 1
        let wanted = call.isSmall ? 1 : largeCalls.count
        let up = addresses.filter { $0.isUp && $0.hasRoom(small: call.isSmall) }
        let ordered = up.indices.sorted { left, right in
            rank(up[left], left, up.count, call) < rank(up[right], right, up.count, call)
        }
        for index in ordered {
            if let connection = up[index].takeIdle() { return (up[index], connection) }
            up[index].connect(upTo: wanted)
        }
        for address in addresses where !address.isUp { address.connect(upTo: 1) }
        return nil
    }

    private func rank(_ address: RPCPeerAddress, _ index: Int, _ count: Int, _ call: RPCCall) -> (Int, Int, Int) {
        let justFailed = call.attempts > 0 && call.lastAddress == address.address
        return (justFailed ? 1 : 0, address.inFlightCalls, (index + turn) % count)
    }

    // MARK: Held calls

    /// Sees to it that calls never wait long for slow members of earlier bodies.
    private func armHoldTimer() {
        guard holdTimer == nil, let oldest = addresses.flatMap(\.freshBodies).map(\.sentAt).min() else { return }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        holdTimer = eventLoop.scheduleTask(deadline: oldest + configuration.maxHold) { bound.value.endHolds() }
    }

    private func endHolds() {
        holdTimer = nil
        let limit = NIODeadline.now() - configuration.maxHold
        for address in addresses {
            for body in address.freshBodies where body.sentAt <= limit { address.noLongerFresh(body) }
        }
        pump()
    }

    // MARK: Addresses

    /// The peer's addresses as just resolved.
    func update(_ resolved: [SocketAddress]) {
        guard !isShutDown else { return }
        for address in addresses where !resolved.contains(address.address) { address.retire() }
        addresses.removeAll { $0.isRetired && $0.isUnused }
        for address in resolved where !addresses.contains(where: { $0.address == address && !$0.isRetired }) {
            let new = RPCPeerAddress(address, self)
            addresses.append(new)
            new.connect(upTo: 1)
        }
        startIdleSweep()
        pump()
    }

    func addressFailed() { noteWhetherDown() }

    /// No address has worked for longer than calls should wait.
    private var isHopeless: Bool {
        guard let downSince, !addresses.contains(where: \.isUp) else { return false }
        return downSince + configuration.patience <= .now()
    }

    private func noteWhetherDown() {
        guard !addresses.contains(where: \.isUp) else {
            downSince = nil
            return
        }
        downSince = downSince ?? .now()
        guard !isPatienceTimed, !smallCalls.isEmpty || !largeCalls.isEmpty, let downSince else { return }
        isPatienceTimed = true
        let wait = max(.zero, downSince + configuration.patience - .now())
        schedule(in: wait) { [weak self] in self?.loosePatience() }
    }

    private func loosePatience() {
        isPatienceTimed = false
        if addresses.contains(where: \.isUp) { downSince = nil }
        guard isHopeless else { return pump() }
        let waiting = Array(smallCalls) + Array(largeCalls)
        smallCalls.removeAll()
        largeCalls.removeAll()
        for call in waiting { finish(call, .failure(unreachable)) }
    }

    private func startIdleSweep() {
        guard idleSweep == nil else { return }
        let interval = configuration.idleTimeout
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        idleSweep = eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            let limit = NIODeadline.now() - interval
            for address in bound.value.addresses { address.closeIdle(olderThan: limit, keeping: 1) }
        }
    }

    // MARK: Shutdown

    /// Takes no more calls; connections close when those under way have ended.
    func drain() {
        isShutDown = true
        idleSweep?.cancel()
        if waitingCount <= 0 { closeAll() }
    }

    /// Ends what is still under way.
    func abort() {
        isShutDown = true
        let waiting = Array(smallCalls) + Array(largeCalls)
        for call in waiting { finish(call, .failure(RPCError(.unavailable, "this process is stopping"))) }
        closeAll()
    }

    var isDrained: Bool { waitingCount <= 0 }

    private func closeAll() {
        deadlines?.removeAll()
        holdTimer?.cancel()
        for address in addresses { address.retire() }
        addresses = []
    }
}
