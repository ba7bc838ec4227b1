import Synchronization

/// Counts how often the server may have forgotten what it had not yet made durable: when it closed a connection, as it does
/// when it crashes, and when a connection finds one that was started anew.
final class ServerEpoch: Sendable {
    private let count = Atomic<UInt64>(0)

    var value: UInt64 { count.load(ordering: .acquiring) }

    func end() { count.wrappingAdd(1, ordering: .acquiringAndReleasing) }
}
