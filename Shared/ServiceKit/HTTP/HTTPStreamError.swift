/// Why a request's body ended early, or a response could not be sent.
package enum HTTPStreamError: Error, Sendable, Hashable {
    /// The client closed the connection, or the connection broke.
    case clientGone
    /// The body breaks HTTP's framing; answer 400.
    case malformedBody(reason: String)
    /// `HTTPRequestBody.collect` met more than its limit; answer 413.
    case bodyTooLarge(limitBytes: Int)
    /// The client sent too little for too long; answer 408.
    case bodyTimedOut
    /// The client took too little for too long.
    case responseTimedOut
    /// The task that waits was cancelled, or the response has ended already.
    case cancelled
    /// The handler broke the seam's rules: more or fewer bytes than its Content-Length, a header with line ends.
    case misuse(String)
}
