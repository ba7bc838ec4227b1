import NIOCore

extension HTTPConnection {
    // MARK: Socket

    func requestRead() {
        guard !isReading, let context else { return }
        isReading = true
        context.read()
    }

    func readIfThereIsRoom() {
        switch phase {
        case .closed: return
        case .lingering, .draining: requestRead()
        case .idle, .head, .exchange:
            let buffered = inbox.readableBytes + overflow.reduce(0) { $0 + $1.readableBytes }
            // A head may be larger than the read-ahead; its own limit holds.
            if phase != .exchange || exchange?.bodyWaiter != nil
                || buffered < listener.configuration.limits.readAheadBytes
            {
                requestRead()
            }
        }
    }

    /// Moves the next buffer into the inbox; false where there is none.
    func refillInbox() -> Bool {
        guard var next = overflow.popFirst() else { return false }
        if inbox.readableBytes == 0 { inbox = next } else { inbox.writeBuffer(&next) }
        return true
    }

    // MARK: Body

    /// Body bytes that are here; nil where the handler must wait.
    func takeBodyPart(_ exchange: HTTPExchange) -> HTTPExchange.BodyResult? {
        do {
            while true {
                switch try parser.nextBodyPart(from: &inbox) {
                case .data(let data)?:
                    exchange.receivedBodyBytes += Int64(data.readableBytes)
                    // The first pull found bytes, so the client did not wait for 100.
                    exchange.owesContinue = false
                    readIfThereIsRoom()
                    return .success(data)
                case .end?:
                    exchange.isBodyConsumed = true
                    return .success(nil)
                case nil:
                    guard refillInbox() else { return nil }
                }
            }
        } catch {
            let failure = HTTPStreamError.malformedBody(reason: error.reason)
            exchange.bodyFailure = failure
            exchange.isBodyBroken = true
            return .failure(failure)
        }
    }

    /// The handler waits for body bytes.
    func waitForBody(_ exchange: HTTPExchange) {
        beginBodyWait()
        if exchange.owesContinue {
            exchange.owesContinue = false
            writeAndFlush(Self.continueLine)
        }
        requestRead()
    }

    static var continueLine: ByteBuffer { ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n") }

    /// Hands what has come to the waiting handler; false, as only the handler can go on.
    func deliverBody() -> Bool {
        guard let exchange, exchange.bodyWaiter != nil, let result = takeBodyPart(exchange) else { return false }
        noteBodyArrival()
        exchange.resumeBody(result)
        return false
    }

    /// Throws the rest of an unread body away, within limits, and makes ready for the next request.
    func drainBody() -> Bool {
        let limit = listener.configuration.limits.maxDrainBytes
        if let rest = parser.remainingBodyBytes, rest > Int64(limit) { return giveUpDraining() }
        do {
            while true {
                switch try parser.nextBodyPart(from: &inbox) {
                case .data(let data)?:
                    discardedBytes += data.readableBytes
                    guard discardedBytes <= limit else { return giveUpDraining() }
                case .end?:
                    parser.reset()
                    phase = .idle
                    markProgress()
                    if listener.isDraining { return giveUpDraining() }
                    return true
                case nil:
                    guard refillInbox() else { return false }
                }
            }
        } catch {
            return giveUpDraining()
        }
    }

    private func giveUpDraining() -> Bool {
        closeAfterFlush()
        return false
    }

    func discard(_ count: Int) {
        discardedBytes += count
        if discardedBytes > listener.configuration.limits.maxLingerBytes { closeNow() }
    }
}
