/// A failure as the client hears it: a status and a message.
struct APIError: Error, Sendable, Hashable, CustomStringConvertible {
    let status: Int
    /// For people, and looked into by clients.
    let message: String
    /// Further headers of the answer.
    var headers: [String: String] = [:]

    init(_ status: Int, _ message: String, headers: [String: String] = [:]) {
        self.status = status
        self.message = message
        self.headers = headers
    }

    var description: String { "\(status) \(message)" }

    static func badRequest(_ message: String) -> APIError { APIError(400, message) }
    static func notImplemented(_ message: String) -> APIError { APIError(501, message) }

    static let invalidEndpoint = APIError(404, "invalid API endpoint")
    static let unauthenticated = APIError(401, "error authenticating request")
    static let bodyTimedOut = APIError(408, "the request body came too slowly")
}
