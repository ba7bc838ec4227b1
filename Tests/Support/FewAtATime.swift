import Synchronization
package import Testing

/// Lets a few test cases of the whole process run at once, and the others wait for their turn.
///
/// Hundreds of servers and clients side by side share two event loops: on a busy machine each would crawl, and every
/// generous time-out would be too short for some.
package struct FewAtATime: SuiteTrait, TestTrait, TestScoping {
    private static let places = Places(4)

    package var isRecursive: Bool { true }

    package func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { testCase == nil ? nil : self }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        await Self.places.take()
        defer { Self.places.give() }
        try await function()
    }
}

extension Trait where Self == FewAtATime {
    package static var fewAtATime: Self { Self() }
}

/// A number of places, given to who waits longest.
private final class Places: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(free: count)) }

    func take() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free == 0 else {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    func give() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}
