package import NIOCore
package import NIOHTTP1

/// How a listener behaves.
package struct HTTPServerConfiguration: Sendable {
    /// Names the listener in logs and metrics, such as `public`.
    package var name: String
    package var address: ListenAddress
    package var limits = HTTPLimits()
    package var timeouts = HTTPTimeouts()
    /// Where PROXY protocol v2 headers are required from; anybody else is refused unless it is empty.
    package var proxiesFrom: [AddressRange] = []
    /// Nil for a listener without TLS.
    package var tls: TLSIdentity?
    /// Renders the answers that the seam gives itself.
    package var errorBody: @Sendable (HTTPRejection, _ requestID: String) -> HTTPErrorBody = HTTPErrorBody.plain
    package var observer: (any HTTPObserver)?

    package init(name: String, address: ListenAddress) {
        self.name = name
        self.address = address
    }
}

/// What a listener and each of its connections may take.
package struct HTTPLimits: Sendable {
    package var parser = HTTPParserLimits()
    /// Answered 503 and closed beyond.
    package var maxConnections = 10_000
    /// Answered 503 beyond.
    package var maxConcurrentRequests = 5_000
    /// Of an unread body taken off the wire to keep the connection; closed beyond.
    package var maxDrainBytes = 64 * 1024
    /// Taken and thrown away after an answer that ends the connection, so that the client can read the answer.
    package var maxLingerBytes = 16 * 1024 * 1024
    /// Read before the handler asks for it.
    package var readAheadBytes = 64 * 1024
    /// Response bytes that may wait for the client before `write` does.
    package var writeBufferBytes = 256 * 1024
    /// Less than this in a time-out's span is no progress.
    package var minProgressBytes = 1024

    package init() {}
}

/// How long a connection may stand still, kept to within a quarter of the shortest, at most a second.
package struct HTTPTimeouts: Sendable {
    /// From the first byte of a head to its end.
    package var head: TimeAmount = .seconds(10)
    /// Before the first request and between requests.
    package var idle: TimeAmount = .seconds(75)
    /// While the handler waits for body bytes.
    package var bodyProgress: TimeAmount = .seconds(30)
    /// While response bytes wait for the client.
    package var responseProgress: TimeAmount = .seconds(30)
    /// After an answer that ends the connection.
    package var linger: TimeAmount = .seconds(5)

    package init() {}
}

/// The body of an answer that the seam gives itself.
package struct HTTPErrorBody: Sendable {
    package let contentType: String
    package let bytes: [UInt8]
    /// Further headers of the answer, such as the one that carries the request's id.
    package let headers: HTTPHeaders

    package init(contentType: String, bytes: [UInt8], headers: HTTPHeaders = [:]) {
        self.contentType = contentType
        self.bytes = bytes
        self.headers = headers
    }

    package static let plain: @Sendable (HTTPRejection, _ requestID: String) -> HTTPErrorBody = { rejection, _ in
        HTTPErrorBody(contentType: "text/plain; charset=utf-8", bytes: Array("\(rejection.reason)\n".utf8))
    }
}
