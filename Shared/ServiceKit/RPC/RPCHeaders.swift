import NIOHTTP1
import Wire

/// The HTTP around a body of calls.
enum RPCHeaders {
    static let path = "/rpc"
    static let contentType = "application/vnd.tarn.rpc"
    /// Names the calling service; its credential is a bearer token.
    static let caller = "tarn-caller"
    private static let scheme = "Bearer "

    /// Whom the request says it is from, and by what credential; nil where it does not say.
    static func presented(_ headers: HTTPHeaders) -> (caller: ServiceName, credential: String)? {
        guard let name = headers.first(name: caller), let caller = ServiceName(rawValue: name),
            let authorization = headers.first(name: "authorization"), authorization.hasPrefix(scheme)
        else { return nil }
        return (caller, String(authorization.dropFirst(scheme.count)))
    }

    /// The head of a request up to its length.
    static func requestHead(caller: ServiceName, credential: String, host: String) -> String {
        "POST \(path) HTTP/1.1\r\nHost: \(host)\r\n\(self.caller): \(caller.rawValue)\r\n"
            + "Authorization: \(scheme)\(credential)\r\nContent-Type: \(contentType)\r\nContent-Length: "
    }
}
