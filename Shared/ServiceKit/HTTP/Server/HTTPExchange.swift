import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// One request and its response on their connection.
///
/// All mutable state is touched on `eventLoop` only, which is what makes the class safe to share.
final class HTTPExchange: @unchecked Sendable {
    let eventLoop: any EventLoop
    let head: HTTPRequestHead
    let trace: TraceContext
    let contentLength: Int64?
    private let hasStartedFlag = Atomic<Bool>(false)

    /// Nil once the exchange has ended.
    var connection: HTTPConnection?
    var task: Task<Void, Never>?
    var operation = ""
    var framing = HTTPResponseFraming.notStarted
    var status: HTTPResponseStatus?
    var receivedBodyBytes: Int64 = 0
    var sentBodyBytes: Int64 = 0
    var willClose = false
    var owesContinue: Bool
    /// Why the request's body ended before its end, kept for later pulls.
    var bodyFailure: HTTPStreamError?
    var isBodyConsumed = false
    /// The rest of the connection cannot be cut into requests.
    var isBodyBroken = false
    /// Counts towards the listener's concurrent requests.
    var isCounted = false
    var bodyWaiter: UnsafeContinuation<BodyResult, Never>?
    var writeWaiter: UnsafeContinuation<WriteResult, Never>?

    typealias BodyResult = Result<ByteBuffer?, HTTPStreamError>
    typealias WriteResult = Result<Void, HTTPStreamError>

    init(_ head: HTTPRequestHead, on connection: HTTPConnection, _ eventLoop: any EventLoop) {
        self.head = head
        self.connection = connection
        self.eventLoop = eventLoop
        trace = TraceContext.continuing(head.headers.first(name: "traceparent"))
        owesContinue = head.expectsContinue
        if case .length(let length) = head.framing { contentLength = length } else { contentLength = nil }
    }

    var hasStarted: Bool {
        get { hasStartedFlag.load(ordering: .relaxed) }
        set { hasStartedFlag.store(newValue, ordering: .relaxed) }
    }

    var isEnded: Bool { connection == nil }

    /// Ended without an answer to its end.
    private(set) var isFailed = false

    var isOnLoop: Bool { eventLoop.inEventLoop }

    /// Runs `body` on the loop: now where the caller is on it, else soon, in the order of the calls.
    func onLoop(_ body: @escaping @Sendable (HTTPExchange) -> Void) {
        if eventLoop.inEventLoop { body(self) } else { eventLoop.execute { body(self) } }
    }

    // MARK: Life

    func handlerReturned() {
        guard connection != nil else { return }
        if hasStarted {
            abort()
        } else {
            connection?.failUnanswered(self, HTTPRejection(.internalServerError, "the request was not answered"))
        }
    }

    /// Breaks the connection off so that the client cannot take what it got for whole.
    func abort() { connection?.abort() }

    /// Ends the exchange without an answer to its end.
    func fail(_ error: HTTPStreamError) {
        isFailed = true
        connection = nil
        bodyFailure = bodyFailure ?? error
        resumeBody(.failure(error))
        resumeWrite(.failure(error))
        task?.cancel()
        task = nil
    }

    /// The response is whole.
    func finish() {
        guard let connection else { return }
        framing = .ended
        self.connection = nil
        task = nil
        bodyFailure = bodyFailure ?? .cancelled
        resumeBody(.failure(.cancelled))
        connection.exchangeEnded(self)
    }

    func resumeBody(_ result: BodyResult) {
        guard let waiter = bodyWaiter else { return }
        bodyWaiter = nil
        waiter.resume(returning: result)
    }

    func resumeWrite(_ result: WriteResult) {
        guard let waiter = writeWaiter else { return }
        writeWaiter = nil
        waiter.resume(returning: result)
    }
}
