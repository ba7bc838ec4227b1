import NIOCore
import Wire

/// One call from its making to its answer; touched on its client's loop only.
final class RPCCall: @unchecked Sendable {
    typealias Answer = Result<[UInt8], RPCError>

    let method: String
    let isIdempotent: Bool
    let isSmall: Bool
    let message: [UInt8]
    let context: CallContext
    let start = ContinuousClock.now

    /// Whether its loop counts it among those that wait.
    var isCounted = false
    /// How often it was sent.
    var attempts = 0
    /// Where it was sent last; another address is tried first after a failure.
    var lastAddress: SocketAddress?
    /// The body that carries it now.
    weak var body: RPCOutgoingBody?
    private var continuation: UnsafeContinuation<Answer, Never>?
    /// An answer that came before anybody waited for it, as when the task was cancelled at once.
    private var answer: Answer?

    init<Method: RPCMethod>(_ method: Method.Type, _ message: [UInt8], _ context: CallContext) {
        self.method = Method.name
        isIdempotent = Method.isIdempotent
        isSmall = Method.isSmall
        self.message = message
        self.context = context
    }

    var isFinished: Bool { answer != nil }

    func wait(_ continuation: UnsafeContinuation<Answer, Never>) {
        if let answer { return continuation.resume(returning: answer) }
        self.continuation = continuation
    }

    /// False where it had an answer already.
    func finish(_ answer: Answer) -> Bool {
        guard self.answer == nil else { return false }
        self.answer = answer
        continuation?.resume(returning: answer)
        continuation = nil
        return true
    }

    /// What to say when nobody waits any longer.
    func givenUp(_ code: RPCError.Code, _ reason: String) -> RPCError {
        let mayHaveHappened = body != nil && !isIdempotent
        return RPCError(mayHaveHappened ? .outcomeUnknown : code, "\(method): \(reason)")
    }

    /// The time left, as the peer hears of it.
    func envelope(id: UInt32, now: ContinuousClock.Instant) -> RPCRequestEnvelope {
        let remaining = now.duration(to: context.deadline).components
        let milliseconds = remaining.seconds.multipliedReportingOverflow(by: 1000)
        return RPCRequestEnvelope(
            id: id, method: method,
            remainingMilliseconds: milliseconds.overflow
                ? Int64(Int32.max) : max(1, milliseconds.partialValue + remaining.attoseconds / 1_000_000_000_000_000),
            traceParent: context.traceParent, principal: context.principal, clientAddress: context.clientAddress)
    }
}
