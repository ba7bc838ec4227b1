internal import CLinux
import Glibc

/// Waits for sockets and for a wake-up from other threads.
final class Poller: Sendable {
    struct Events: OptionSet {
        let rawValue: UInt32
        static let readable = Events(rawValue: TARN_READABLE)
        static let writable = Events(rawValue: TARN_WRITABLE)
    }

    /// The tag of the wake-up, which no socket has.
    private static let wakeTag = UInt64.max
    private static let maxReady = 32

    private let epoll: CInt
    private let wakeUp: CInt

    /// - Throws: `DatabaseError.unavailable` when there are no more descriptors.
    init() throws(DatabaseError) {
        epoll = tarn_epoll()
        wakeUp = tarn_eventfd()
        // Edge-triggered, the wake-up needs no read to be ready for the next.
        guard epoll >= 0, wakeUp >= 0,
            tarn_epoll_set(epoll, wakeUp, TARN_READABLE | TARN_EDGE, Self.wakeTag) == 0
        else {
            if epoll >= 0 { close(epoll) }
            if wakeUp >= 0 { close(wakeUp) }
            throw .unavailable("no descriptor to be had")
        }
    }

    deinit {
        close(epoll)
        close(wakeUp)
    }

    /// Ends the wait of the thread in `wait`, or its next one. For any thread.
    func wake() { _ = tarn_eventfd_signal(wakeUp) }

    /// Whether the socket could be registered, or its registration changed.
    func watch(_ socket: CInt, _ events: Events, tag: Int) -> Bool {
        tarn_epoll_set(epoll, socket, events.rawValue, UInt64(tag)) == 0
    }

    func forget(_ socket: CInt) { _ = tarn_epoll_remove(epoll, socket) }

    /// Waits for at most so many milliseconds (for ever where negative), then hands each ready socket's tag to the body.
    func wait(milliseconds: CInt, awake: () -> Void, _ body: (Int) -> Void) {
        withUnsafeTemporaryAllocation(of: tarn_ready.self, capacity: Self.maxReady) { ready in
            guard let start = ready.baseAddress else { return }
            let count = tarn_epoll_wait(epoll, start, CInt(Self.maxReady), milliseconds)
            awake()
            guard count > 0 else { return }
            for event in ready.prefix(Int(count)) where event.tag != Self.wakeTag {
                body(Int(truncatingIfNeeded: event.tag))
            }
        }
    }
}
