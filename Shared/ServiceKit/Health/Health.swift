import Synchronization

/// Whether the process can serve.
package final class Health: Sendable {
    package typealias Check = @Sendable () async -> Bool

    private struct State {
        var checks: [(name: String, check: Check)] = []
        var isStarted = false
        var isStopping = false
    }

    private let state = Mutex(State())
    /// A check that takes longer counts as failed.
    private let timeout: Duration

    package init(timeout: Duration = .seconds(2)) { self.timeout = timeout }

    /// Adds something that must hold for the process to be ready, such as a database that answers.
    package func require(_ name: String, _ check: @escaping Check) {
        state.withLock { $0.checks.append((name, check)) }
    }

    func started() { state.withLock { $0.isStarted = true } }

    func stopping() { state.withLock { $0.isStopping = true } }

    /// Whether it has started, is not stopping, and every check holds.
    package func isReady() async -> Bool {
        let (checks, isServing) = state.withLock { ($0.checks.map(\.check), $0.isStarted && !$0.isStopping) }
        guard isServing else { return false }
        let timeout = timeout
        return await withTaskGroup(of: Bool.self) { group in
            for check in checks { group.addTask { await check() } }
            group.addTask {
                try? await Task.sleep(for: timeout)
                return false
            }
            var passed = 0
            while passed < checks.count, let holds = await group.next() {
                guard holds else { break }
                passed += 1
            }
            group.cancelAll()
            return passed == checks.count
        }
    }
}
