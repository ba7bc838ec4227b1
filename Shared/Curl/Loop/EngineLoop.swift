import CCurl
import CLinux
import Glibc

/// The engine's thread: a libcurl multi handle inside an epoll loop.
///
/// Everything here but `init` runs on that one thread, as libcurl demands, which is what makes it safe to hand over.
final class EngineLoop: @unchecked Sendable {
    /// How often time-outs of idleness are looked at, in milliseconds.
    static let tickMilliseconds: Int64 = 250
    static let maxReady = 64
    static let maxSpareHandles = 64

    let configuration: CurlConfiguration
    let mailbox: Mailbox
    let multi: UnsafeMutableRawPointer
    let epoll: Int32
    /// The transfers that libcurl works on.
    var running: [ObjectIdentifier: LoopTransfer] = [:]
    var waiting = WaitingLine()
    var spareHandles: [UnsafeMutableRawPointer] = []
    /// Transfers with something to hand over at the end of this pass.
    var changed: [LoopTransfer] = []
    /// By descriptor, those that were opened here.
    var sockets: [Int32: WatchedSocket] = [:]
    /// When libcurl wants to be called, in milliseconds of the monotonic clock; negative for never.
    var timerDeadline: Int64 = -1
    var nextTick: Int64 = 0
    var isStopping = false

    /// - Throws: `failed` where libcurl or the system refuse.
    init(_ configuration: CurlConfiguration, _ mailbox: Mailbox) throws(CurlError) {
        guard Self.globalCode == CURLE_OK, let multi = curl_multi_init() else {
            throw CurlError(.failed, "libcurl cannot start")
        }
        epoll = tarn_epoll()
        guard epoll >= 0, tarn_epoll_set(epoll, mailbox.wakeDescriptor, TARN_READABLE, UInt64.max) >= 0 else {
            throw CurlError(.failed, "no epoll: errno \(-epoll)")
        }
        self.configuration = configuration
        self.mailbox = mailbox
        self.multi = multi
        let context = Unmanaged.passUnretained(self).toOpaque()
        tarn_curl_multi_set_socket(multi, Callbacks.socket, context)
        tarn_curl_multi_set_timer(multi, Callbacks.timer, context)
        tarn_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, configuration.maxIdleConnections)
    }

    deinit { Glibc.close(epoll) }

    /// Once a process, and before any handle.
    private static let globalCode = curl_global_init(Int(CURL_GLOBAL_ALL))

    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Works until it is told to stop.
    func run() {
        var ready = [tarn_ready](repeating: tarn_ready(), count: Self.maxReady)
        var commands: [Command] = []
        while !isStopping {
            let timeout = mailbox.fallAsleep() ? sleepMilliseconds() : 0
            let count = tarn_epoll_wait(epoll, &ready, Int32(Self.maxReady), timeout)
            mailbox.take(into: &commands)
            for command in commands { carryOut(command) }
            for event in ready.prefix(max(0, Int(count))) { handle(event) }
            runTimers()
            reap()
            tick()
            handOver()
        }
        stop()
    }

    private func sleepMilliseconds() -> Int32 {
        guard changed.isEmpty else { return 0 }
        let now = Self.now
        var deadline = timerDeadline >= 0 ? timerDeadline : Int64.max
        if !running.isEmpty || !waiting.isEmpty { deadline = min(deadline, max(nextTick, now + 1)) }
        return deadline == Int64.max ? -1 : Int32(clamping: max(0, deadline - now))
    }

    private func runTimers() {
        guard timerDeadline >= 0, timerDeadline <= Self.now else { return }
        timerDeadline = -1
        var count: Int32 = 0
        curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &count)
    }

    private func handle(_ event: tarn_ready) {
        guard event.tag != UInt64.max else {
            _ = tarn_eventfd_drain(mailbox.wakeDescriptor)
            return
        }
        let descriptor = Int32(truncatingIfNeeded: event.tag)
        guard !unwatchIfResting(descriptor) else { return }
        var mask: Int32 = 0
        if event.events & TARN_READABLE != 0 { mask |= CURL_CSELECT_IN }
        if event.events & TARN_WRITABLE != 0 { mask |= CURL_CSELECT_OUT }
        if event.events & (TARN_FAILED | TARN_HUNG_UP) != 0 { mask |= CURL_CSELECT_ERR }
        var count: Int32 = 0
        curl_multi_socket_action(multi, descriptor, mask, &count)
    }

    /// Takes the transfers that have ended out of libcurl.
    private func reap() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            var easy: UnsafeMutableRawPointer?
            var code = CURLE_OK
            guard tarn_curl_message_done(message, &easy, &code) != 0, let easy,
                let transfer = LoopTransfer.of(easy)
            else { continue }
            transfer.outcome = .some(transfer.error(code))
            markChanged(transfer)
        }
    }

    /// Gives the tasks what this pass brought, once for each transfer.
    private func handOver() {
        // Ending one starts another, which may change in turn; it waits for the next pass then.
        let transfers = changed
        changed.removeAll(keepingCapacity: true)
        for transfer in transfers {
            transfer.isChanged = false
            // libcurl must be done with the handle before the task may reuse what it lent.
            if transfer.outcome != nil { end(transfer) }
            transfer.publish()
        }
    }

    func markChanged(_ transfer: LoopTransfer) {
        guard !transfer.isChanged else { return }
        transfer.isChanged = true
        changed.append(transfer)
    }

    private func tick() {
        guard !running.isEmpty || !waiting.isEmpty else { return }
        let now = Self.now
        guard now >= nextTick else { return }
        nextTick = now + Self.tickMilliseconds
        for transfer in running.values where transfer.outcome == nil && transfer.isIdle(now) {
            transfer.outcome = CurlError(.timedOut, "no byte for \(transfer.shared.request.timeouts.idle) ms")
            markChanged(transfer)
        }
        expireWaiting(now)
    }
}
