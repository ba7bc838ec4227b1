import Synchronization

/// A number that goes up and down.
package final class Gauge: Sendable {
    private let number = Atomic<Int>(0)

    package func add(_ amount: Int) { number.wrappingAdd(amount, ordering: .relaxed) }

    package func set(_ value: Int) { number.store(value, ordering: .relaxed) }

    package var value: Int { number.load(ordering: .relaxed) }
}
