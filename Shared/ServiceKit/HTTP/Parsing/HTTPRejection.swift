package import NIOHTTP1

/// Why the HTTP seam refuses a request before or without its handler.
package struct HTTPRejection: Error, Sendable, Hashable, CustomStringConvertible {
    package let status: HTTPResponseStatus
    /// For people; never quotes the request.
    package let reason: String

    package init(_ status: HTTPResponseStatus, _ reason: String) {
        self.status = status
        self.reason = reason
    }

    static func malformed(_ reason: String) -> HTTPRejection { HTTPRejection(.badRequest, reason) }

    package var description: String { "\(status.code) \(reason)" }
}
