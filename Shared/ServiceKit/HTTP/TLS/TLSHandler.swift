import NIOCore

/// Speaks TLS below a connection: decrypts what comes from the other side, and encrypts what goes to it.
final class TLSHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private enum Phase {
        case handshake
        case open
        case closed
    }

    /// How long the last bytes of a connection may wait for its client.
    private static let goodbyeTime = TimeAmount.seconds(5)

    /// Set where the connection is broken off: the client must not take what it got for the whole.
    var isAborted = false

    private let session: TLSSession
    private let isClient: Bool
    /// Told of the handshake's end.
    private var opened: ((Result<Void, TLSError>) -> Void)?
    private var phase = Phase.handshake
    /// Written before the handshake was done.
    private var pending: [(bytes: ByteBuffer, promise: EventLoopPromise<Void>?)] = []
    private var mustFlush = false

    /// - Parameters:
    ///   - server: as that of `TLSSession`.
    ///   - opened: told once, on the connection's loop, whether both sides agreed.
    init(
        _ context: TLSContext, to server: String? = nil, opened: ((Result<Void, TLSError>) -> Void)? = nil
    ) throws(TLSError) {
        session = try TLSSession(context, to: server)
        isClient = server != nil
        self.opened = opened
    }

    /// The client speaks first.
    func handlerAdded(context: ChannelHandlerContext) {
        if isClient, context.channel.isActive { shakeHands(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        if isClient { shakeHands(context) }
        context.fireChannelActive()
    }

    /// - Returns: whether the connection is open.
    @discardableResult
    private func shakeHands(_ context: ChannelHandlerContext) -> Bool {
        switch session.handshake() {
        case .done:
            open(context)
            return phase == .open
        case .needsMore: sendOutgoing(context)
        case .failed(let error):
            tell(.failure(error))
            fail(context)
        }
        return false
    }

    private func tell(_ result: Result<Void, TLSError>) {
        let opened = opened
        self.opened = nil
        opened?(result)
    }

    // MARK: Inbound

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase != .closed else { return }
        let bytes = unwrapInboundIn(data)
        session.receive(bytes)
        if phase == .handshake, !shakeHands(context) { return }
        var content = context.channel.allocator.buffer(capacity: bytes.readableBytes)
        let reading = session.read(into: &content)
        if content.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(content)) }
        // The handler behind may have closed the connection.
        guard phase != .closed else { return }
        switch reading {
        case .needsMore: sendOutgoing(context)
        case .ended, .failed: fail(context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    private func open(_ context: ChannelHandlerContext) {
        phase = .open
        sendOutgoing(context)
        let pending = pending
        self.pending = []
        for (bytes, promise) in pending { encrypt(bytes, promise, context) }
        if mustFlush { context.flush() }
        tell(.success(()))
    }

    /// Sends the alert that there may be, and closes.
    private func fail(_ context: ChannelHandlerContext) {
        sendOutgoing(context)
        end()
        context.close(promise: nil)
    }

    private func sendOutgoing(_ context: ChannelHandlerContext) {
        guard let outgoing = session.takeOutgoing() else { return }
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(outgoing)), promise: nil)
    }

    private func end() {
        phase = .closed
        tell(.failure(TLSError("the connection ended in the handshake")))
        let pending = pending
        self.pending = []
        for (_, promise) in pending { promise?.fail(ChannelError.ioOnClosedChannel) }
    }

    // MARK: Outbound

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .byteBuffer(let bytes) = unwrapOutboundIn(data) else {
            // The kernel cannot encrypt a file on its way.
            promise?.fail(ChannelError.operationUnsupported)
            return
        }
        switch phase {
        // What only asks when all before it is sent, must not wait for a handshake that may never be.
        case .handshake where bytes.readableBytes == 0 && pending.isEmpty:
            context.write(wrapOutboundOut(.byteBuffer(bytes)), promise: promise)
        case .handshake: pending.append((bytes, promise))
        case .open: encrypt(bytes, promise, context)
        case .closed: promise?.fail(ChannelError.ioOnClosedChannel)
        }
    }

    func flush(context: ChannelHandlerContext) {
        if phase == .handshake { mustFlush = true }
        context.flush()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        let isEndTold = phase == .open && !isAborted && mode != .input
        if isEndTold { session.end() }
        if mode == .all { end() }
        guard isEndTold, let goodbye = session.takeOutgoing() else {
            return context.close(mode: mode, promise: promise)
        }
        let sent = context.eventLoop.makePromise(of: Void.self)
        let isSent = NIOLoopBoundBox(false, eventLoop: context.eventLoop)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        sent.futureResult.whenComplete { _ in
            guard !isSent.value else { return }
            isSent.value = true
            bound.value.close(mode: mode, promise: promise)
        }
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(goodbye)), promise: sent)
        // What the client does not take has until then to be sent.
        guard !isSent.value else { return }
        context.eventLoop.scheduleTask(in: Self.goodbyeTime) {
            guard !isSent.value else { return }
            isSent.value = true
            bound.value.close(mode: mode, promise: promise)
        }
    }

    private func encrypt(_ bytes: ByteBuffer, _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext) {
        guard bytes.readableBytes > 0 else {
            return context.write(wrapOutboundOut(.byteBuffer(bytes)), promise: promise)
        }
        do {
            try session.write(bytes)
            guard let outgoing = session.takeOutgoing() else { throw TLSError("nothing was encrypted") }
            context.write(wrapOutboundOut(.byteBuffer(outgoing)), promise: promise)
        } catch {
            promise?.fail(error)
            isAborted = true
            context.close(promise: nil)
        }
    }
}
