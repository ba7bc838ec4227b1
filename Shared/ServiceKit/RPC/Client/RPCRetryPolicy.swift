package import NIOCore
import Wire

/// What becomes of a call that was not answered.
package struct RPCRetryPolicy: Sendable {
    /// How often a call may be sent in all.
    package var maxAttempts = 3
    /// Before the second attempt; doubled for each further one, half of it random.
    package var firstDelay: TimeAmount = .milliseconds(10)
    package var maxDelay: TimeAmount = .milliseconds(250)

    package init() {}

    /// How an attempt ended.
    enum Failure: Sendable, Hashable {
        /// No byte of it can have reached the peer.
        case notSent(String)
        /// The connection broke after it was sent: the peer may have carried it out.
        case unanswered(String)
        /// The peer said that it, or something it needs, does not answer.
        case refused(RPCError)
    }

    enum Decision: Sendable, Hashable {
        case retry(after: TimeAmount)
        case fail(RPCError)
    }

    /// - Parameters:
    ///   - attempts: how often the call was sent.
    ///   - remaining: the time until its deadline.
    ///   - random: from 0 up to 1.
    func decide(
        _ failure: Failure, isIdempotent: Bool, attempts: Int, remaining: TimeAmount, random: Double
    ) -> Decision {
        let error: RPCError
        switch failure {
        case .notSent(let reason):
            // Costs the peer nothing; how long to go on trying is for the deadline to say.
            error = RPCError(.unavailable, reason)
            return remaining > .zero ? .retry(after: .zero) : .fail(error)
        case .unanswered(let reason):
            error = RPCError(isIdempotent ? .unavailable : .outcomeUnknown, reason)
        case .refused(let refusal):
            error = refusal
        }
        let delay = delay(afterAttempt: attempts, random: random)
        guard isIdempotent, attempts < maxAttempts, delay < remaining else { return .fail(error) }
        return .retry(after: delay)
    }

    func delay(afterAttempt attempt: Int, random: Double) -> TimeAmount {
        let doubled = firstDelay.nanoseconds << min(max(0, attempt - 1), 20)
        let whole = min(doubled, maxDelay.nanoseconds)
        return .nanoseconds(whole / 2 + Int64(Double(whole / 2) * random))
    }
}
