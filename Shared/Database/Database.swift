package import Logging

/// A Postgres database, reached over a few connections that one thread of its own drives.
///
/// Single statements of all callers share connections and travel in batches: what arrives while a batch is under way forms the
/// next. A batch is one implicit transaction; a change is answered only when it is durable. When a member of a batch fails,
/// the batch is rolled back and its members are tried again one by one, so only the guilty one hears of its error.
///
/// Every call ends by its deadline. Cancelling a task takes effect as long as its statement was not sent.
package final class Database: Sendable {
    package let configuration: DatabaseConfiguration
    private let serverEpoch = ServerEpoch()
    let mailbox: Mailbox

    /// Starts connecting at once, in the background.
    /// - Throws: `DatabaseError.unavailable` where the system gives no thread or no descriptor.
    package init(_ configuration: DatabaseConfiguration, logger: Logger) throws(DatabaseError) {
        self.configuration = configuration
        let poller = try Poller()
        let mailbox = Mailbox(poller: poller)
        self.mailbox = mailbox
        try EngineThread.start(
            Engine(configuration: configuration, epoch: serverEpoch, mailbox: mailbox, poller: poller, logger: logger))
    }

    deinit { _ = mailbox.post(.abandon) }

    /// Runs a statement that changes nothing, together with those of other callers.
    ///
    /// A long one holds up others: use `exclusive`. It may run twice when a connection is lost.
    package func read(
        _ statement: Statement, _ parameters: [Parameter] = [], deadline: ContinuousClock.Instant
    ) async throws -> Rows {
        precondition(statement.kind == .read, "a statement that writes cannot be sent with read")
        let request = try Request(.one(Call(statement, parameters)), route: .read, deadline: deadline)
        try await submit(request)
        return request.first
    }

    /// Runs a statement in a transaction shared with those of other callers, and returns when it is durable.
    ///
    /// One that may wait for a row lock holds up others: use `exclusive` or `transaction`.
    /// - Parameter order: the members of a batch run in this order, byte by byte, so that batches lock rows in the same order.
    /// - Throws: `DatabaseError.outcomeUnknown` when it may have been committed or not.
    package func write(
        _ statement: Statement, _ parameters: [Parameter] = [], orderedBy order: [UInt8] = [],
        deadline: ContinuousClock.Instant
    ) async throws -> Rows {
        let request = try Request(.one(Call(statement, parameters)), route: .write, order: order, deadline: deadline)
        try await submit(request)
        return request.first
    }

    /// Runs a statement for this caller and all others who ask for the same at the time, by one execution.
    ///
    /// Begins after the call, as `read` and `write` do; which of the two it is like is the statement's kind.
    /// - Parameters:
    ///   - common: what only callers with equal values share an execution by.
    ///   - own: bytes (or NULL), uuids and bigints.
    ///   - order: as for `write`; callers with the same one never share an execution.
    /// - Returns: the caller's rows.
    package func gather(
        _ statement: GatheredStatement, _ common: [Parameter], own: [Parameter] = [], orderedBy order: [UInt8] = [],
        deadline: ContinuousClock.Instant
    ) async throws -> [Row] {
        let request = try Request(
            .gathered(GatheredCall(statement, common: common, own: own)),
            route: statement.statement.kind == .read ? .read : .write, order: order, deadline: deadline)
        try await submit(request)
        return request.own
    }

    /// Runs several statements, all or none, in a transaction shared with those of other callers.
    package func write(
        _ calls: [Call], orderedBy order: [UInt8] = [], deadline: ContinuousClock.Instant
    ) async throws -> [Rows] {
        let request = try Request(.several(calls), route: .write, order: order, deadline: deadline)
        try await submit(request)
        return request.rows
    }

    /// Ends when the server may have forgotten what was not durable yet: it crashed, or closed a connection as if it had.
    ///
    /// Whoever makes changes that do not wait until they are durable, and one at the end that does, remembers the epoch from
    /// before the first and asks for it at the last: what lies between may be gone with a crash.
    package var epoch: UInt64 { serverEpoch.value }

    /// Runs a statement in a transaction of its own on a connection of its own: for one that takes long or may wait for a lock.
    /// - Parameter epoch: the only one in which it runs.
    /// - Throws: `DatabaseError.serverRestarted` in any other.
    package func exclusive(
        _ statement: Statement, _ parameters: [Parameter] = [], epoch: UInt64? = nil,
        deadline: ContinuousClock.Instant
    ) async throws -> Rows {
        let request = try Request(
            .one(Call(statement, parameters)), route: .exclusive(Lease(begin: [], epoch: epoch)), ending: .automatic,
            deadline: deadline)
        try await submit(request)
        return request.first
    }

    /// Runs several statements, all or none, in one round trip on a connection of their own.
    package func exclusive(_ calls: [Call], deadline: ContinuousClock.Instant) async throws -> [Rows] {
        let request = try Request(
            .several(calls), route: .exclusive(Lease(begin: [])), ending: .automatic, deadline: deadline)
        try await submit(request)
        return request.rows
    }

    /// Waits until the database answers.
    /// - Throws: what keeps it from answering, at the deadline; `DatabaseError.unsafeServer` at once.
    package func ready(deadline: ContinuousClock.Instant) async throws {
        while true {
            do {
                _ = try await read(Statements.probe, deadline: deadline)
                return
            } catch DatabaseError.unavailable(let reason) {
                guard .now + Self.readyPause < deadline else { throw DatabaseError.unavailable(reason) }
                try await Task.sleep(for: Self.readyPause)
            }
        }
    }

    private static let readyPause = Duration.milliseconds(50)

    /// Refuses new calls, waits for those under way, and closes all connections; at the deadline, breaks off what is left.
    package func shutdown(deadline: ContinuousClock.Instant) async {
        await withUnsafeContinuation { continuation in
            if !mailbox.post(.shutdown(continuation, deadline)) { continuation.resume() }
        }
    }

    /// Hands a request to the engine and waits for its answer.
    func submit(_ request: Request) async throws {
        try Task.checkCancellation()
        guard request.deadline > .now else { throw DatabaseError.deadlineExceeded }
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                request.continuation = continuation
                if !mailbox.post(.submit(request)) { request.answer(DatabaseError.closed) }
            }
        } onCancel: {
            _ = mailbox.post(.cancel(request))
        }
        if let failure = request.failure { throw failure }
    }
}
