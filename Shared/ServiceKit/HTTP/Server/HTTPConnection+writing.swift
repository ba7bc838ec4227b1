import Logging
import NIOCore
import NIOHTTP1

extension HTTPConnection {
    var hasRoom: Bool { context?.channel.isWritable ?? true }

    var date: ByteBuffer { loop.date }

    func allocate(_ capacity: Int) -> ByteBuffer {
        context?.channel.allocator.buffer(capacity: capacity) ?? ByteBuffer()
    }

    func write(_ bytes: ByteBuffer) {
        writtenBytes += Int64(bytes.readableBytes)
        context?.write(wrapOutboundOut(.byteBuffer(bytes)), promise: nil)
    }

    func writeAndFlush(_ bytes: ByteBuffer) {
        writtenBytes += Int64(bytes.readableBytes)
        context?.writeAndFlush(wrapOutboundOut(.byteBuffer(bytes)), promise: nil)
    }

    func write(_ region: FileRegion, _ done: @escaping @Sendable (_ isSent: Bool) -> Void) {
        guard let context else { return done(false) }
        writtenBytes += Int64(region.readableBytes)
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.whenComplete { result in
            if case .success = result { done(true) } else { done(false) }
        }
        context.write(wrapOutboundOut(.fileRegion(region)), promise: promise)
    }

    func flush() { context?.flush() }

    // MARK: Decisions

    /// Whether the connection cannot be used again after this exchange's response.
    func mustClose(after exchange: HTTPExchange) -> Bool {
        // A client that was promised 100 may or may not send its body now; nobody can tell where a next request begins.
        if !exchange.head.keepsAlive || listener.isDraining || exchange.owesContinue || exchange.isBodyBroken {
            return true
        }
        guard let rest = parser.remainingBodyBytes else { return false }
        return rest > Int64(listener.configuration.limits.maxDrainBytes)
    }

    // MARK: The seam's own answers

    /// Answers a request that is none; nothing more of the connection is looked at.
    func reject(_ rejection: HTTPRejection) {
        let head = HTTPRequestHead(
            method: .GET, target: "/", isHTTP10: false, headers: [:], framing: .length(0), keepsAlive: false,
            expectsContinue: false)
        guard let context else { return }
        let exchange = HTTPExchange(head, on: self, context.eventLoop)
        exchange.isBodyBroken = true
        self.exchange = exchange
        phase = .exchange
        answer(exchange, rejection)
    }

    func answer(_ exchange: HTTPExchange, _ rejection: HTTPRejection) {
        let body = listener.configuration.errorBody(rejection, exchange.trace.traceID)
        var headers: HTTPHeaders = ["Content-Type": body.contentType, "Connection": "close"]
        headers.add(contentsOf: body.headers)
        if rejection.status == .serviceUnavailable { headers.add(name: "Retry-After", value: "1") }
        exchange.send(rejection.status, headers, ByteBuffer(bytes: body.bytes))
    }

    // MARK: Closing

    /// Sends what is written, tells the client that no more comes, and waits a little for it to close.
    ///
    /// - Parameter mayHoldMore: whether the client may be sending what nobody will read.
    func closeAfterFlush(mayHoldMore: Bool = false) {
        guard phase != .closed, phase != .lingering, let context else { return }
        let isClean = !mayHoldMore && parser.isComplete && inbox.readableBytes == 0 && overflow.isEmpty
        phase = .lingering
        discardedBytes = 0
        inbox.clear()
        overflow.removeAll()
        markProgress()
        let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(ByteBuffer()))).whenComplete { _ in
            // Closing a socket with unread bytes resets it, and a reset can overtake the answer.
            loopBound.value.close(mode: isClean ? .all : .output, promise: nil)
        }
        requestRead()
    }

    func closeNow() {
        guard phase != .closed, let context else { return }
        phase = .closed
        context.close(promise: nil)
    }

    // MARK: Records

    func logMisuse(_ error: HTTPStreamError) {
        listener.logger.error("a response broke the rules of HTTP", metadata: ["reason": "\(error)"])
    }

    func record(_ exchange: HTTPExchange, isComplete: Bool) {
        if exchange.isCounted {
            exchange.isCounted = false
            listener.endRequest()
        }
        guard let observer = listener.configuration.observer else { return }
        let duration = exchangeStart.map { NIODeadline.now() - $0 } ?? .zero
        exchangeStart = nil
        observer.ended(
            HTTPRequestRecord(
                listener: listener.configuration.name, method: exchange.head.method,
                path: exchange.head.path, operation: exchange.operation,
                status: exchange.status, isComplete: isComplete, trace: exchange.trace,
                clientAddress: info?.clientAddress ?? proxiedAddress?.ipAddress ?? context?.channel.remoteAddress?
                    .ipAddress ?? "",
                receivedBodyBytes: exchange.receivedBodyBytes, sentBodyBytes: exchange.sentBodyBytes,
                durationNanoseconds: UInt64(max(0, duration.nanoseconds))))
    }
}
