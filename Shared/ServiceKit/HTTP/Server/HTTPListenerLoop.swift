import NIOCore

/// A listener's connections on one event loop, and the sweep that keeps their time-outs.
///
/// One coarse sweep over all connections instead of a timer for each: a request then costs no clock and no heap.
/// All state is touched on the executor's loop only, which is what makes the class safe to share.
final class HTTPListenerLoop: @unchecked Sendable {
    let listener: HTTPListener
    let executor: LoopExecutor
    /// In sweeps.
    let ticks: HTTPTimeoutTicks
    private(set) var tick = 0
    private(set) var date: ByteBuffer
    private var dateSeconds: Int
    private var connections: [ObjectIdentifier: HTTPConnection] = [:]
    private var sweep: RepeatedTask?
    private var emptyWaiters: [EventLoopPromise<Void>] = []

    init(_ listener: HTTPListener, _ executor: LoopExecutor) {
        self.listener = listener
        self.executor = executor
        ticks = HTTPTimeoutTicks(listener.configuration.timeouts)
        dateSeconds = HTTPDate.nowSeconds
        date = HTTPDate.headerLine(unixSeconds: dateSeconds)
    }

    func add(_ connection: HTTPConnection) {
        connections[ObjectIdentifier(connection)] = connection
        guard sweep == nil else { return }
        refreshDate()
        sweep = executor.eventLoop.scheduleRepeatedTask(initialDelay: ticks.length, delay: ticks.length) { _ in
            self.runSweep()
        }
    }

    func remove(_ connection: HTTPConnection) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil, connections.isEmpty else { return }
        sweep?.cancel()
        sweep = nil
        for waiter in emptyWaiters { waiter.succeed() }
        emptyWaiters = []
    }

    /// Closes what is idle; the rest ends with its response. Fulfilled when no connection is left.
    func drain() -> EventLoopFuture<Void> {
        let promise = executor.eventLoop.makePromise(of: Void.self)
        if connections.isEmpty {
            promise.succeed()
        } else {
            emptyWaiters.append(promise)
            for connection in Array(connections.values) { connection.drain() }
        }
        return promise.futureResult
    }

    /// Breaks off every connection that is left, its handler cancelled.
    func abortAll() {
        for connection in Array(connections.values) { connection.abort() }
    }

    private func runSweep() {
        tick += 1
        refreshDate()
        for connection in Array(connections.values) { connection.sweep(tick) }
    }

    private func refreshDate() {
        let now = HTTPDate.nowSeconds
        guard now != dateSeconds else { return }
        dateSeconds = now
        date = HTTPDate.headerLine(unixSeconds: now)
    }
}

/// The time-outs of a listener in sweeps, rounded up so that none comes early.
struct HTTPTimeoutTicks: Sendable {
    let length: TimeAmount
    let head: Int
    let idle: Int
    let bodyProgress: Int
    let responseProgress: Int
    let linger: Int

    init(_ timeouts: HTTPTimeouts) {
        let all = [timeouts.head, timeouts.idle, timeouts.bodyProgress, timeouts.responseProgress, timeouts.linger]
        let shortest = all.min() ?? .seconds(1)
        let length = TimeAmount.nanoseconds(
            min(
                max(shortest.nanoseconds / 4, TimeAmount.milliseconds(5).nanoseconds), TimeAmount.seconds(1).nanoseconds
            ))
        func ticks(_ amount: TimeAmount) -> Int { Int(amount.nanoseconds / length.nanoseconds) + 1 }
        self.length = length
        head = ticks(timeouts.head)
        idle = ticks(timeouts.idle)
        bodyProgress = ticks(timeouts.bodyProgress)
        responseProgress = ticks(timeouts.responseProgress)
        linger = ticks(timeouts.linger)
    }
}
