import NIOHTTP1

/// The head of one request, every rule of its framing checked.
struct HTTPRequestHead: Sendable {
    /// How the body is delimited.
    enum Framing: Sendable, Hashable {
        /// In bytes; 0 where there is no body.
        case length(Int64)
        case chunked
    }

    var method: HTTPMethod
    /// As received; ASCII without control characters and spaces, beginning with `/`, or `*` for OPTIONS.
    var target: String
    var isHTTP10: Bool
    var headers: HTTPHeaders
    var framing: Framing
    var keepsAlive: Bool
    var expectsContinue: Bool

    /// The target up to the first `?`.
    var path: Substring { target[..<(target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex)] }
}
