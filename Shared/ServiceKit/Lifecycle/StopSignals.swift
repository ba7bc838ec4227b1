import Glibc
import Synchronization

/// Waits for SIGTERM or SIGINT.
///
/// The handler writes a byte to a pipe, one of the few things that a handler may do, and a thread waits at the other
/// end.
final class StopSignals: Sendable {
    private static let writeEnd = Atomic<Int32>(-1)
    private let readEnd: Int32

    /// - Throws: where the system has no pipe to give.
    init() throws(StopSignalsError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw StopSignalsError(number: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        readEnd = ends[0]
        Self.writeEnd.store(ends[1], ordering: .sequentiallyConsistent)
        for number in [SIGTERM, SIGINT] { signal(number, Self.handler) }
    }

    private static let handler: @convention(c) (Int32) -> Void = { number in
        let saved = errno
        var byte = UInt8(truncatingIfNeeded: number)
        _ = Glibc.write(StopSignals.writeEnd.load(ordering: .relaxed), &byte, 1)
        errno = saved
    }

    /// Suspends until the next signal and returns its number.
    func next() async -> Int32 {
        let readEnd = readEnd
        return await withUnsafeContinuation { (continuation: UnsafeContinuation<Int32, Never>) in
            let waiter = SignalWaiter(readEnd, continuation)
            waiter.start()
        }
    }
}

/// Why signals cannot be waited for.
struct StopSignalsError: Error, CustomStringConvertible {
    let number: Int32

    var description: String { "no pipe for signals: error \(number)" }
}

/// A thread that blocks until a signal's byte comes.
private final class SignalWaiter {
    private let readEnd: Int32
    private let continuation: UnsafeContinuation<Int32, Never>

    init(_ readEnd: Int32, _ continuation: UnsafeContinuation<Int32, Never>) {
        self.readEnd = readEnd
        self.continuation = continuation
    }

    func start() {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let result = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<SignalWaiter>.fromOpaque(context).takeRetainedValue().wait()
                return nil
            }, context)
        guard result == 0 else {
            Unmanaged<SignalWaiter>.fromOpaque(context).release()
            return continuation.resume(returning: SIGTERM)
        }
        pthread_detach(thread)
    }

    private func wait() {
        var byte: UInt8 = 0
        while read(readEnd, &byte, 1) < 0, errno == EINTR {}
        continuation.resume(returning: Int32(byte))
    }
}
