internal import CLinux
import Logging

/// Drives all connections of a database on one thread.
final class Engine {
    private let context: Context
    private let mailbox: Mailbox
    private let reads: Lane
    private let writes: Lane
    private let pool: Pool
    /// By tag.
    private let connections: [Connection]
    private var commands: [Command] = []
    private var retiresAt: ContinuousClock.Instant?
    private var ending: Ending?

    private struct Ending {
        let deadline: ContinuousClock.Instant
        var waiters: [UnsafeContinuation<Void, Never>]
    }

    init(
        configuration: DatabaseConfiguration, epoch: ServerEpoch, mailbox: Mailbox, poller: Poller, logger: Logger
    ) {
        let context = Context(configuration: configuration, epoch: epoch, poller: poller, logger: logger)
        var connections: [Connection] = []
        func make(_ count: Int, lockTimeout: Duration, isWanted: Bool) -> [Connection] {
            (0..<max(count, 1)).map { index in
                let connection = Connection(
                    tag: connections.count, context: context, lockTimeout: lockTimeout,
                    isWanted: isWanted || index == 0)
                connections.append(connection)
                return connection
            }
        }
        let shared = configuration.sharedLockTimeout
        reads = Lane(
            .read, connections: make(configuration.readConnections, lockTimeout: shared, isWanted: true),
            context: context)
        writes = Lane(
            .write, connections: make(configuration.writeConnections, lockTimeout: shared, isWanted: true),
            context: context)
        pool = Pool(
            connections: make(
                configuration.maxExclusiveConnections, lockTimeout: configuration.lockTimeout, isWanted: false),
            context: context)
        self.connections = connections
        self.context = context
        self.mailbox = mailbox
    }

    /// Works until the database is shut down.
    func run() {
        _ = tarn_name_thread("tarn-database")
        for connection in connections where connection.isWanted { connection.open() }
        while true {
            mailbox.take(into: &commands)
            for command in commands { obey(command) }
            reads.dispatch()
            writes.dispatch()
            pool.dispatch()
            if let ending, isDrained || ending.deadline <= context.now { return finish() }
            let timeout = millisecondsToWait()
            context.poller.wait(milliseconds: mailbox.maySleep() ? timeout : 0) {
                mailbox.awoke()
                context.now = .now
            } _: { tag in
                if tag < connections.count { connections[tag].becameReady() }
            }
            fireTimers()
        }
    }

    private func obey(_ command: Command) {
        switch command {
        case .submit(let request): submit(request)
        case .cancel(let request):
            request.isCancelled = true
            if case .exclusive(let lease) = request.route {
                pool.cancel(request, of: lease)
            } else if !request.isSent {
                request.answer(CancellationError())
            }
        case .shutdown(let continuation, let deadline):
            var waiters = ending?.waiters ?? []
            waiters.append(continuation)
            ending = Ending(deadline: min(deadline, ending?.deadline ?? deadline), waiters: waiters)
        case .abandon: ending = Ending(deadline: context.now, waiters: ending?.waiters ?? [])
        }
    }

    private func submit(_ request: Request) {
        if request.isCancelled { return request.answer(CancellationError()) }
        switch request.route {
        case .read, .write:
            guard ending == nil else { return request.answer(DatabaseError.closed) }
            if case .read = request.route { reads.submit(request) } else { writes.submit(request) }
        case .exclusive(let lease):
            // A transaction under way may come to its end.
            if case .fresh = lease.state, ending != nil { return request.answer(DatabaseError.closed) }
            pool.submit(request, of: lease)
        }
    }

    private var isDrained: Bool { reads.isDrained && writes.isDrained && pool.isDrained }

    /// -1 where nothing is to come.
    private func millisecondsToWait() -> CInt {
        var next = context.nextExpiry
        func consider(_ moment: ContinuousClock.Instant?) {
            guard let moment else { return }
            next = min(next ?? moment, moment)
        }
        for connection in connections { consider(connection.timer) }
        consider(reads.dispatchesAt)
        consider(writes.dispatchesAt)
        consider(retiresAt)
        consider(ending?.deadline)
        guard let next else { return -1 }
        // Rounded up, so that what is waited for has come; an hour at most, which is no busy loop.
        return CInt(max(0, min(context.now.duration(to: next).wholeMilliseconds, 3_600_000)))
    }

    private func fireTimers() {
        for connection in connections { connection.fire() }
        if let moment = context.nextExpiry, moment <= context.now {
            context.clearExpiry()
            var moments = [reads.expire(), writes.expire(), pool.expire()]
            for connection in connections { moments.append(connection.expire()) }
            for case let moment? in moments { context.expire(by: moment) }
        }
        if retiresAt.map({ $0 <= context.now }) ?? true { retiresAt = pool.retire() }
    }

    private func finish() {
        let waiters = ending?.waiters ?? []
        for connection in connections {
            connection.isWanted = false
            if connection.flight != nil || connection.lease != nil { connection.abandon("the database is shut down") }
            connection.close()
        }
        reads.close()
        writes.close()
        pool.close()
        for command in mailbox.close() {
            switch command {
            case .submit(let request): request.answer(DatabaseError.closed)
            case .shutdown(let continuation, _): continuation.resume()
            case .cancel, .abandon: break
            }
        }
        for waiter in waiters { waiter.resume() }
    }
}
