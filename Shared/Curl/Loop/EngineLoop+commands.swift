import CCurl
import CLinux
import Glibc
import Synchronization

extension EngineLoop {
    func carryOut(_ command: Command) {
        switch command {
        case .start(let transfer):
            if running.count < configuration.maxTransfers {
                begin(transfer)
            } else if waiting.count < configuration.maxWaiting {
                waiting.append(transfer, at: Self.now)
            } else {
                transfer.finish(CurlError(.overloaded, "\(configuration.maxWaiting) requests wait already"))
            }
        case .cancel(let transfer):
            guard let running = running[ObjectIdentifier(transfer)] else { return }
            end(running)
            running.outcome = CurlError(.cancelled, "the request was cancelled")
        case .receive(let transfer):
            guard let running = running[ObjectIdentifier(transfer)], running.isReceivePaused else { return }
            running.isReceivePaused = false
            running.applyPause()
        case .send(let transfer):
            guard let running = running[ObjectIdentifier(transfer)], running.isSendPaused else { return }
            running.isSendPaused = false
            running.applyPause()
        case .stop:
            isStopping = true
        }
    }

    private func begin(_ transfer: Transfer) {
        // Cancelled before its turn came.
        guard transfer.state.withLock({ $0.outcome == nil }) else { return }
        guard let easy = spareHandles.popLast() ?? curl_easy_init() else {
            return transfer.finish(CurlError(.failed, "libcurl has no memory"))
        }
        let own = LoopTransfer(transfer, easy, loop: self)
        guard own.prepare(configuration), curl_multi_add_handle(multi, easy) == CURLM_OK else {
            own.release()
            curl_easy_cleanup(easy)
            return transfer.finish(CurlError(.invalidRequest, "libcurl refuses the request"))
        }
        if running.isEmpty { nextTick = Self.now + Self.tickMilliseconds }
        running[ObjectIdentifier(transfer)] = own
    }

    /// Takes a transfer out of libcurl; its connection is kept if the exchange was complete.
    func end(_ transfer: LoopTransfer) {
        guard running.removeValue(forKey: ObjectIdentifier(transfer.shared)) != nil else { return }
        curl_multi_remove_handle(multi, transfer.easy)
        transfer.release()
        if spareHandles.count < Self.maxSpareHandles, !isStopping {
            curl_easy_reset(transfer.easy)
            spareHandles.append(transfer.easy)
        } else {
            curl_easy_cleanup(transfer.easy)
        }
        startWaiting()
    }

    private func startWaiting() {
        while !isStopping, running.count < configuration.maxTransfers, let next = waiting.takeFirst() { begin(next) }
    }

    func expireWaiting(_ now: Int64) {
        while let late = waiting.takeFirst(expiredAt: now) {
            late.finish(CurlError(.timedOut, "no turn for \(late.request.timeouts.connect) ms"))
        }
    }

    /// Ends everything, for good.
    func stop() {
        let error = CurlError(.shutDown, "the engine is shut down")
        let late = mailbox.close()
        for transfer in running.values {
            transfer.outcome = error
            end(transfer)
            transfer.publish()
        }
        while let transfer = waiting.takeFirst() { transfer.finish(error) }
        for case .start(let transfer) in late { transfer.finish(error) }
        for easy in spareHandles { curl_easy_cleanup(easy) }
        curl_multi_cleanup(multi)
    }
}
