import NIOCore
import NIOHTTP1

extension HTTPConnection {
    func markProgress() {
        readMark = loop.tick
        bytesSinceReadMark = 0
        earlierBodyWait = 0
    }

    /// The handler waits from now on; what it waited before counts until enough has come.
    func beginBodyWait() { readMark = loop.tick }

    func noteBodyArrival() {
        if bytesSinceReadMark >= listener.configuration.limits.minProgressBytes { return markProgress() }
        earlierBodyWait += loop.tick - readMark
        readMark = loop.tick
    }

    /// Ends what has stood still for too long; called a few times within the shortest time-out.
    func sweep(_ tick: Int) {
        guard phase != .closed else { return }
        if isWriteStuck(tick) {
            exchange?.bodyFailure = .responseTimedOut
            exchange?.resumeWrite(.failure(.responseTimedOut))
            return abort()
        }
        let ticks = loop.ticks
        let waited = tick - readMark
        switch phase {
        case .idle:
            if waited > ticks.idle { closeAfterFlush() }
        case .head:
            if waited > ticks.head {
                reject(HTTPRejection(.requestTimeout, "the request's header did not come in time"))
            }
        case .exchange:
            guard let exchange, exchange.bodyWaiter != nil, earlierBodyWait + waited > ticks.bodyProgress else {
                return
            }
            exchange.bodyFailure = .bodyTimedOut
            exchange.isBodyBroken = true
            exchange.resumeBody(.failure(.bodyTimedOut))
        case .draining:
            if waited > ticks.bodyProgress { closeAfterFlush() }
        case .lingering:
            if waited > ticks.linger { closeNow() }
        case .closed: return
        }
    }

    /// Whether response bytes have waited for the client for too long.
    private func isWriteStuck(_ tick: Int) -> Bool {
        let option = try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)
        let waiting = Int64((option ?? nil) ?? 0)
        let drained = writtenBytes - waiting
        let enough = Int64(listener.configuration.limits.minProgressBytes)
        if waiting == 0 || drained - drainedAtWriteMark >= enough {
            drainedAtWriteMark = drained
            writeMark = tick
            return false
        }
        return tick - writeMark > loop.ticks.responseProgress
    }
}
