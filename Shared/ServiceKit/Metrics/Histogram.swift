import Synchronization

/// How long things took, in buckets from half a millisecond to ten seconds.
package final class Histogram: Sendable {
    /// The upper bounds of the buckets.
    static let boundsInSeconds: [Double] = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    private static let boundsInNanoseconds = boundsInSeconds.map { UInt64($0 * 1e9) }

    private let buckets = InlineArray<15, Atomic<Int>> { _ in Atomic(0) }
    private let totalNanoseconds = Atomic<UInt64>(0)

    package func record(nanoseconds: UInt64) {
        let bucket = Self.boundsInNanoseconds.firstIndex { nanoseconds <= $0 } ?? Self.boundsInNanoseconds.count
        buckets[bucket].wrappingAdd(1, ordering: .relaxed)
        totalNanoseconds.wrappingAdd(nanoseconds, ordering: .relaxed)
    }

    package func record(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        record(nanoseconds: UInt64(max(0, seconds)) &* 1_000_000_000 &+ UInt64(max(0, attoseconds / 1_000_000_000)))
    }

    package var count: Int { counts.reduce(0, +) }

    package var sumInSeconds: Double { Double(totalNanoseconds.load(ordering: .relaxed)) / 1e9 }

    /// What fell into each bucket, the last one without an upper bound.
    var counts: [Int] { buckets.indices.map { buckets[$0].load(ordering: .relaxed) } }
}
