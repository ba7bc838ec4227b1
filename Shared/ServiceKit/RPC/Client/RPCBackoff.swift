import NIOCore

/// How long to leave an address alone that failed.
struct RPCBackoff: Sendable {
    var first: TimeAmount = .milliseconds(25)
    var max: TimeAmount = .seconds(1)

    /// - Parameters:
    ///   - failures: in a row, at least one.
    ///   - random: from 0 up to 1; half of the delay depends on it, so that clients do not come back as one.
    func delay(failures: Int, random: Double) -> TimeAmount {
        let doubled = first.nanoseconds << Swift.min(Swift.max(0, failures - 1), 20)
        let whole = Swift.min(doubled, max.nanoseconds)
        return .nanoseconds(whole / 2 + Int64(Double(whole / 2) * random))
    }
}
