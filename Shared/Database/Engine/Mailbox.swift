import Synchronization

/// What tasks have to say to the engine.
enum Command {
    case submit(Request)
    case cancel(Request)
    case shutdown(UnsafeContinuation<Void, Never>, ContinuousClock.Instant)
    /// Nobody holds the database any more.
    case abandon
}

/// Carries commands to the engine's thread, waking it only when it sleeps.
final class Mailbox: Sendable {
    private struct State {
        var commands: [Command] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let isAsleep = Atomic(false)
    private let poller: Poller

    init(poller: Poller) { self.poller = poller }

    /// For any thread.
    /// - Returns: false when the engine has ended and will never read it.
    func post(_ command: Command) -> Bool {
        let isOpen = state.withLock { state in
            guard !state.isClosed else { return false }
            state.commands.append(command)
            return true
        }
        if isAsleep.load(ordering: .sequentiallyConsistent),
            isAsleep.exchange(false, ordering: .sequentiallyConsistent)
        {
            poller.wake()
        }
        return isOpen
    }

    /// Takes all commands, leaving the given array's memory for the next ones.
    func take(into commands: inout [Command]) {
        commands.removeAll(keepingCapacity: commands.capacity <= 4_096)
        state.withLock { swap(&$0.commands, &commands) }
    }

    /// Announces that the engine is about to sleep, unless something is waiting for it.
    func maySleep() -> Bool {
        // Announced before looking: who posts after the look sees the announcement.
        isAsleep.store(true, ordering: .sequentiallyConsistent)
        if state.withLock({ $0.commands.isEmpty }) { return true }
        isAsleep.store(false, ordering: .relaxed)
        return false
    }

    func awoke() { isAsleep.store(false, ordering: .relaxed) }

    /// Refuses all further commands.
    /// - Returns: those never read.
    func close() -> [Command] {
        state.withLock { state in
            state.isClosed = true
            defer { state.commands = [] }
            return state.commands
        }
    }
}
