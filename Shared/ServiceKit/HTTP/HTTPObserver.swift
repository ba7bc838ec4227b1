package import NIOHTTP1

/// Hears of every request of a listener when it has ended; called on its event loop, so it must not block.
package protocol HTTPObserver: Sendable {
    func ended(_ record: HTTPRequestRecord)
}

/// One ended request.
package struct HTTPRequestRecord: Sendable {
    package let listener: String
    package let method: HTTPMethod
    /// As received, without the query, which may carry a signature.
    package let path: Substring
    /// What the handler says it was, such as `GetObject`; empty where it said nothing.
    package let operation: String
    /// Nil where the connection ended before an answer.
    package let status: HTTPResponseStatus?
    /// Whether the answer was given to its end.
    package let isComplete: Bool
    package let trace: TraceContext
    package let clientAddress: String
    package let receivedBodyBytes: Int64
    package let sentBodyBytes: Int64
    package let durationNanoseconds: UInt64
}
