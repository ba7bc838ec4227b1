import FoundationEssentials

/// What time it is.
package struct TimeSource: Sendable {
    /// Seconds since 1970.
    package var unixSeconds: @Sendable () -> Int64
    /// For spans of time, whatever the wall clock does.
    package var instant: @Sendable () -> ContinuousClock.Instant

    package init(
        unixSeconds: @escaping @Sendable () -> Int64, instant: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.unixSeconds = unixSeconds
        self.instant = instant
    }

    package static let system = TimeSource(
        unixSeconds: { Int64(Date().timeIntervalSince1970) }, instant: { ContinuousClock.now })
}
