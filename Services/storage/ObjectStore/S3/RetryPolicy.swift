/// How often and after what pauses a call is repeated.
struct RetryPolicy: Sendable {
    /// How often a call is made at most.
    var maxAttempts = 4
    /// The longest pause before the second call; it doubles for each further one.
    var baseMilliseconds = 50
    var maxMilliseconds = 2_000
    /// No call is repeated after this long, so that a caller with a deadline hears in time.
    var maxTotalMilliseconds = 20_000

    /// The pause before the next call; `nil` to give up. Random from nothing to the limit, so that many callers do not come back at
    /// once.
    func pause(attempt: Int, elapsedMilliseconds: Int, using random: inout some RandomNumberGenerator) -> Int? {
        guard attempt < maxAttempts, elapsedMilliseconds < maxTotalMilliseconds else { return nil }
        return Int.random(in: 0...min(maxMilliseconds, baseMilliseconds << (attempt - 1)), using: &random)
    }
}
