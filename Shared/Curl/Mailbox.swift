import CLinux
import Glibc
import Synchronization

/// What tasks ask of the engine's thread.
enum Command: Sendable {
    case start(Transfer)
    case cancel(Transfer)
    /// The reader has taken what was received.
    case receive(Transfer)
    /// There is more to send.
    case send(Transfer)
    case stop
}

/// The commands on their way to the engine's thread, and the descriptor that wakes it.
final class Mailbox: Sendable {
    private struct State {
        var commands: [Command] = []
        /// Whether the thread looks at `commands` again only once it is woken.
        var isAsleep = false
        var isClosed = false
    }

    let wakeDescriptor: Int32
    private let state = Mutex(State())

    /// - Throws: `failed` where the system gives no descriptor.
    init() throws(CurlError) {
        wakeDescriptor = tarn_eventfd()
        guard wakeDescriptor >= 0 else { throw CurlError(.failed, "no eventfd: errno \(-wakeDescriptor)") }
    }

    deinit { Glibc.close(wakeDescriptor) }

    func post(_ command: Command) {
        let (mustWake, isClosed) = state.withLock { state in
            guard !state.isClosed else { return (false, true) }
            state.commands.append(command)
            let mustWake = state.isAsleep
            state.isAsleep = false
            return (mustWake, false)
        }
        if mustWake { _ = tarn_eventfd_signal(wakeDescriptor) }
        if isClosed, case .start(let transfer) = command {
            transfer.finish(CurlError(.shutDown, "the engine is shut down"))
        }
    }

    /// Swaps the commands that came for an empty array, which keeps its room.
    func take(into commands: inout [Command]) {
        commands.removeAll(keepingCapacity: true)
        state.withLock { swap(&$0.commands, &commands) }
    }

    /// Says that the thread is about to sleep; `false` where commands came meanwhile.
    func fallAsleep() -> Bool {
        state.withLock { state in
            state.isAsleep = state.commands.isEmpty
            return state.isAsleep
        }
    }

    /// Refuses what comes from now on, and returns what came last.
    func close() -> [Command] {
        state.withLock { state in
            state.isClosed = true
            defer { state.commands = [] }
            return state.commands
        }
    }
}
