import JSONCodec
import NIOCore
import Wire

/// One connection to one address of a peer; carries one body at a time.
final class RPCClientConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Reading {
        case head
        case frames
        /// A status that says the peer took none of the calls.
        case refusal(status: Int)
    }

    private let owner: RPCPeerAddress
    private var context: ChannelHandlerContext?
    private var parser = HTTPResponseParser()
    private var inbox = ByteBuffer()
    private var frames = ByteBuffer()
    private var reading = Reading.head
    private var keepsAlive = true
    private(set) var body: RPCOutgoingBody?
    private(set) var idleSince = NIODeadline.now()
    private var isClosed = false
    /// Told once whether the peer answers at all; nil where nobody asks.
    private var probed: ((Bool) -> Void)?

    init(_ owner: RPCPeerAddress) { self.owner = owner }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    /// Sends a body; its calls are answered, or failed, through the owner.
    func send(_ body: RPCOutgoingBody, head: String) {
        guard let context, !isClosed else { return owner.lost(self, body, "the connection is closed") }
        self.body = body
        do {
            let bytes = try body.bytes(head: head, context.channel.allocator)
            context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        } catch {
            // Numbers and valid strings always have a JSON form.
            close()
        }
    }

    /// Asks for a sign of life before any call is risked: a process that hangs still accepts connections.
    func probe(host: String, timeout: TimeAmount, _ done: @escaping (_ isAlive: Bool) -> Void) {
        guard let context, !isClosed else { return done(false) }
        probed = done
        let request = ByteBuffer(string: "GET /healthz HTTP/1.1\r\nHost: \(host)\r\n\r\n")
        context.writeAndFlush(wrapOutboundOut(request), promise: nil)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: timeout) {
            if bound.value.probed != nil { bound.value.close() }
        }
    }

    private func endProbe(_ isAlive: Bool) {
        let done = probed
        probed = nil
        done?(isAlive)
    }

    /// Nobody waits for the calls any longer.
    func close() {
        isClosed = true
        context?.close(promise: nil)
    }

    // MARK: Channel

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if inbox.readableBytes == 0 { inbox = bytes } else { inbox.writeBuffer(&bytes) }
        do {
            try read()
        } catch {
            close()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosed = true
        let body = body
        self.body = nil
        if probed != nil { return endProbe(false) }
        owner.closed(self, body, "the connection to \(owner.peer) broke")
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    // MARK: Response

    private func read() throws {
        while !isClosed {
            switch reading {
            case .head:
                guard let head = try parser.nextHead(from: &inbox) else { return }
                guard body != nil || probed != nil else { throw RPCFrameError("a response nobody asked for") }
                keepsAlive = head.keepsAlive
                reading = head.status == 200 ? .frames : .refusal(status: head.status)
            case .frames, .refusal:
                switch try parser.nextBodyPart(from: &inbox) {
                case .data(var part)?:
                    guard case .frames = reading, body != nil else { continue }
                    if frames.readableBytes == 0 { frames = part } else { frames.writeBuffer(&part) }
                    try readFrames()
                case .end?:
                    try endOfResponse()
                case nil:
                    return
                }
            }
        }
    }

    private func readFrames() throws {
        guard let body else { return }
        while let frame = try RPCFrame.read(from: &frames) {
            let envelope = try RPCResponseEnvelope(jsonBytes: frame.envelope)
            guard Int(envelope.id) < body.calls.count else { throw RPCFrameError("an answer nobody asked for") }
            body.hasAnswers = true
            let call = body.calls[Int(envelope.id)]
            owner.answered(self, body, call, envelope.error.map { .failure($0) } ?? .success(frame.message))
        }
    }

    private func endOfResponse() throws {
        guard frames.readableBytes == 0 else { throw RPCFrameError("frame is cut short") }
        if probed != nil {
            reading = .head
            frames = ByteBuffer()
            return endProbe(keepsAlive)
        }
        guard let body else { return }
        self.body = nil
        let status: Int? = if case .refusal(let status) = reading { status } else { nil }
        reading = .head
        frames = ByteBuffer()
        idleSince = .now()
        if !keepsAlive { close() }
        owner.finished(self, body, refusedBy: status, isReusable: keepsAlive)
    }
}
