/// What travels with every call between services.
package struct CallContext: Sendable {
    /// Nil only where a service acts for itself: health, jobs, look-ups before a principal is known.
    package var principal: Principal?
    /// A W3C trace context (`00-<32 hex>-<16 hex>-<2 hex>`), the request id of logs and answers.
    package var traceParent: String
    /// When the caller stops waiting.
    package var deadline: ContinuousClock.Instant
    /// The client's address as the listener knows it, for the audit and for rate limits.
    package var clientAddress: String?

    package init(
        principal: Principal?, traceParent: String, deadline: ContinuousClock.Instant, clientAddress: String? = nil
    ) {
        self.principal = principal
        self.traceParent = traceParent
        self.deadline = deadline
        self.clientAddress = clientAddress
    }
}

/// Makes calls of one peer service: over the network, or a test double.
package protocol RPCCalling: Sendable {
    /// - Throws: `RPCError`, the peer's own or `unavailable`, `deadlineExceeded`, `outcomeUnknown`.
    func call<Method: RPCMethod>(
        _ method: Method.Type, _ request: Method.Request, _ context: CallContext
    ) async throws(RPCError) -> Method.Response
}
