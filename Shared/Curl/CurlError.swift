/// Why a request got no answer, or not all of it.
package struct CurlError: Error, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// The URL or a header cannot be sent.
        case invalidRequest
        /// No connection: the name is unknown, nobody listens, or TLS failed. Nothing was sent.
        case notConnected
        /// The engine's filter does not permit the address.
        case forbiddenAddress
        case untrusted
        case timedOut
        /// The connection ended before the answer did.
        case cut
        /// The answer is not HTTP, or larger than allowed.
        case malformed
        /// The body's source threw; `cause` is what.
        case bodyFailed
        /// The body was not as long as it said.
        case bodyLength
        case tooLarge
        /// Too many requests wait already.
        case overloaded
        case cancelled
        case shutDown
        case failed
    }

    package let code: Code
    /// For people; holds no secret.
    package let message: String
    package let cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
