import NIOCore
package import ServiceKit

/// How the worker works; every span of time is in seconds.
package struct WorkerConfiguration: Sendable {
    /// Bytes younger than this are left alone: `TARN_CLEANUP_MIN_AGE`. Handed-out addresses live 24 h, so 25 h unless set.
    package var minimumAgeSeconds: Int64 = 25 * 3_600
    /// From the first mark of an address without a reference to its removal, at least: `TARN_CLEANUP_MARK_GAP`, 1 h unless set.
    package var markGapSeconds: Int64 = 3_600
    /// From one clean-up of a repository to the next: `TARN_CLEANUP_INTERVAL`, 1 h unless set.
    package var intervalSeconds: Int64 = 3_600
    /// How long to wait where no job is due: `TARN_JOB_POLL`, 1 s unless set.
    package var pollSeconds: Int64 = 1

    package init() {}

    package init(_ environment: Environment) throws(ConfigurationError) {
        func seconds(_ name: String, _ value: Int64) throws(ConfigurationError) -> Int64 {
            try environment.duration(name, default: .seconds(value)).nanoseconds / 1_000_000_000
        }
        minimumAgeSeconds = try seconds("TARN_CLEANUP_MIN_AGE", minimumAgeSeconds)
        markGapSeconds = try seconds("TARN_CLEANUP_MARK_GAP", markGapSeconds)
        intervalSeconds = max(1, try seconds("TARN_CLEANUP_INTERVAL", intervalSeconds))
        pollSeconds = max(1, try seconds("TARN_JOB_POLL", pollSeconds))
    }
}
