/// Sends raw requests over one connection and reads the responses.
package final class RawHTTPClient {
    package let connection: RawConnection
    /// What came behind the last response.
    package private(set) var pending: [UInt8] = []

    package init(_ connection: RawConnection) { self.connection = connection }

    package static func open(port: Int, receiveBufferBytes: Int? = nil, timeoutSeconds: Int = 20) async throws
        -> RawHTTPClient
    {
        RawHTTPClient(
            try await RawConnection.open(
                port: port, receiveBufferBytes: receiveBufferBytes, timeoutSeconds: timeoutSeconds))
    }

    package func send(_ text: String) async throws { try await connection.send(text) }

    package func send(_ bytes: [UInt8]) async throws { try await connection.send(bytes) }

    /// The next response.
    ///
    /// - Throws: where the connection ends before it is whole.
    package func response(isHead: Bool = false) async throws -> RawResponse {
        while true {
            let isWorthReading = isHead || pending.count >= RawResponse.announcedBytes(pending) ?? 0
            if isWorthReading, let response = RawResponse.read(from: &pending, isHead: isHead) { return response }
            let bytes = try await connection.receive()
            guard !bytes.isEmpty else {
                throw RawConnection.Failure(
                    description:
                        "closed after \(pending.count) bytes: \(String(decoding: pending.prefix(200), as: UTF8.self))")
            }
            pending += bytes
        }
    }

    /// Everything else until the other side closes.
    package func rest() async throws -> [UInt8] {
        let all = pending + (try await connection.receiveToEnd())
        pending = []
        return all
    }

    /// Whether the other side closes without sending anything more.
    package func isClosed() async throws -> Bool { try await rest().isEmpty }

    /// Opens a connection, sends one request, reads one response.
    package static func exchange(port: Int, _ request: String, isHead: Bool = false) async throws -> RawResponse {
        let client = try await open(port: port)
        try await client.send(request)
        return try await client.response(isHead: isHead)
    }

    package static func get(port: Int, _ target: String, _ headers: String = "") async throws -> RawResponse {
        try await exchange(port: port, "GET \(target) HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n")
    }
}
