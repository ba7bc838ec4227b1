import Cryptography

/// Sends requests to a REST API, each on a connection of its own.
package struct RESTClient: Sendable {
    package let port: Int
    /// `Authorization`, or nil for none.
    package var authorization: String?

    package init(port: Int, authorization: String? = nil) {
        self.port = port
        self.authorization = authorization
    }

    package static func basic(_ key: String, _ secret: String) -> String {
        "Basic \(Base64.encode(Array("\(key):\(secret)".utf8)))"
    }

    /// - Parameter path: below the base path.
    package func send(
        _ method: String, _ path: String, json: String? = nil, body: String? = nil, headers: [String: String] = [:]
    ) async throws -> RawResponse {
        var lines = ["\(method) /api/v1\(path) HTTP/1.1", "Host: localhost", "Connection: close"]
        if let authorization { lines.append("Authorization: \(authorization)") }
        if json != nil { lines.append("Content-Type: application/json") }
        lines += headers.map { "\($0): \($1)" }
        let body = json ?? body ?? ""
        if json != nil || !body.isEmpty || method != "GET" { lines.append("Content-Length: \(body.utf8.count)") }
        return try await RawHTTPClient.exchange(
            port: port, lines.joined(separator: "\r\n") + "\r\n\r\n" + body, isHead: method == "HEAD")
    }
}
