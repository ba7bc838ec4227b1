import Glibc
import Logging
import NIOCore
import NIOHTTP1

/// One client connection: cuts its bytes into requests and lets the handler answer them in order.
///
/// Reads one buffer ahead, never more: what the handler does not take stays in the kernel and slows the client.
final class HTTPConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = IOData

    enum Phase {
        /// Between requests.
        case idle
        /// Part of a head has come.
        case head
        /// A handler is at work.
        case exchange
        /// The response is out; the rest of the request's body is taken off to keep the connection.
        case draining
        /// The last response is out; what still comes is thrown away until the client closes.
        case lingering
        case closed
    }

    let listener: HTTPListener
    let loop: HTTPListenerLoop
    /// In front of this one where the listener speaks TLS.
    private let tls: TLSHandler?
    /// Set by the PROXY handler in front before any request.
    var proxiedAddress: SocketAddress?

    private(set) var context: ChannelHandlerContext?
    private(set) var info: HTTPConnectionInfo?
    var phase = Phase.idle
    var parser: HTTPRequestParser
    var inbox = ByteBuffer()
    /// What came while `inbox` was not yet used up.
    var overflow = CircularBuffer<ByteBuffer>()
    var exchange: HTTPExchange?
    var exchangeStart: NIODeadline?
    private var isProcessing = false
    private var isCounted = false
    var isReading = false

    // Progress, in sweeps of the loop; see `HTTPConnection+timeouts`.
    var readMark = 0
    var bytesSinceReadMark = 0
    /// Waited for body bytes before the wait that began at `readMark`, since the last progress.
    var earlierBodyWait = 0
    var discardedBytes = 0
    var writeMark = 0
    var drainedAtWriteMark: Int64 = 0
    var writtenBytes: Int64 = 0

    init(_ loop: HTTPListenerLoop, tls: TLSHandler?) {
        self.loop = loop
        self.tls = tls
        listener = loop.listener
        parser = HTTPRequestParser(limits: listener.configuration.limits.parser)
    }

    var isTLS: Bool { tls != nil }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { begin() }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin()
        context.fireChannelActive()
    }

    private func begin() {
        guard !isCounted else { return }
        isCounted = true
        let isOverLimit = !listener.openConnection()
        loop.add(self)
        // Accepted just before the listener closed: nobody else will end it.
        guard !listener.isDraining else { return closeNow() }
        markProgress()
        if isOverLimit { return reject(HTTPRejection(.serviceUnavailable, "too many connections")) }
        requestRead()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        switch phase {
        case .closed: return
        case .lingering: return discard(bytes.readableBytes)
        case .idle, .head, .exchange, .draining: break
        }
        bytesSinceReadMark += bytes.readableBytes
        if inbox.readableBytes == 0 { inbox = bytes } else { overflow.append(bytes) }
        process()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        readIfThereIsRoom()
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { exchange?.resumeWrite(.success(())) }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func end() {
        if phase != .closed {
            phase = .closed
            inbox.clear()
            overflow.removeAll()
            dropExchange(.clientGone)
        }
        guard isCounted else { return }
        isCounted = false
        loop.remove(self)
        listener.closeConnection()
    }

    // MARK: Requests

    /// Goes on with what has come, as far as it reaches.
    func process() {
        guard !isProcessing else { return }
        isProcessing = true
        defer { isProcessing = false }
        var goesOn = true
        while goesOn {
            switch phase {
            case .idle, .head: goesOn = processHead()
            case .exchange: goesOn = deliverBody()
            case .draining: goesOn = drainBody()
            case .lingering, .closed: goesOn = false
            }
        }
        readIfThereIsRoom()
    }

    private func processHead() -> Bool {
        do {
            if let head = try parser.nextHead(from: &inbox) {
                begin(head)
                return true
            }
        } catch {
            reject(error)
            return false
        }
        if refillInbox() { return true }
        if phase == .idle, inbox.readableBytes > 0 {
            phase = .head
            markProgress()
        }
        return false
    }

    private func begin(_ head: HTTPRequestHead) {
        guard let context else { return }
        let exchange = HTTPExchange(head, on: self, context.eventLoop)
        let info =
            info
            ?? HTTPConnectionInfo(
                channel: context.channel, executor: loop.executor, proxied: proxiedAddress, isTLS: isTLS)
        self.info = info
        self.exchange = exchange
        phase = .exchange
        exchangeStart = listener.configuration.observer == nil ? nil : .now()
        markProgress()
        guard listener.beginRequest() else {
            return answer(exchange, HTTPRejection(.serviceUnavailable, "too many requests at once"))
        }
        exchange.isCounted = true
        let request = HTTPServerRequest(head, exchange, info)
        let handler = listener.handler
        let task = Task.immediate(executorPreference: loop.executor) {
            await handler.handle(request, HTTPResponder(exchange: exchange))
            // A handler may have left the loop's executor only within itself; the task is back on it here.
            exchange.handlerReturned()
        }
        if !exchange.isEnded {
            exchange.task = task
        } else if exchange.isFailed {
            task.cancel()
        }
    }

    /// The exchange's response is whole: goes on with the next request, or ends the connection.
    func exchangeEnded(_ exchange: HTTPExchange) {
        record(exchange, isComplete: true)
        self.exchange = nil
        if exchange.willClose || exchange.isBodyBroken {
            return closeAfterFlush(mayHoldMore: exchange.isBodyBroken)
        }
        discardedBytes = 0
        phase = .draining
        markProgress()
        process()
    }

    private func dropExchange(_ error: HTTPStreamError) {
        guard let exchange else { return }
        self.exchange = nil
        record(exchange, isComplete: false)
        exchange.fail(error)
    }

    // MARK: Ends

    /// Breaks the connection off; the client sees a reset, not an end.
    func abort() {
        guard phase != .closed, let context else { return }
        phase = .closed
        dropExchange(.clientGone)
        tls?.isAborted = true
        (context.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
            .whenFailure { _ in }
        context.close(promise: nil)
    }

    /// The handler did not answer: the seam does, and ends the connection.
    func failUnanswered(_ exchange: HTTPExchange, _ rejection: HTTPRejection) {
        let operation = exchange.operation
        listener.logger.error("a request was not answered by its handler", metadata: ["operation": "\(operation)"])
        answer(exchange, rejection)
    }

    /// No request runs: close now. Else close with the response.
    func drain() {
        switch phase {
        case .idle, .head: closeAfterFlush()
        case .exchange, .draining, .lingering, .closed: break
        }
    }
}
