package import NIOCore
package import NIOHTTP1

/// One request as a handler sees it.
package struct HTTPServerRequest: Sendable {
    package let method: HTTPMethod
    /// Exactly as received: printable ASCII, beginning with `/`, or `*` for OPTIONS; nothing is decoded.
    package let target: String
    package let isHTTP10: Bool
    /// Names as received, compared without regard to case; values are UTF-8 without control characters.
    package let headers: HTTPHeaders
    /// In bytes, 0 without a body; nil where the body comes in chunks.
    package let contentLength: Int64?
    package let body: HTTPRequestBody
    package let connection: HTTPConnectionInfo
    /// The client's trace, or one made where the request has none.
    package let trace: TraceContext

    init(_ head: HTTPRequestHead, _ exchange: HTTPExchange, _ connection: HTTPConnectionInfo) {
        method = head.method
        target = head.target
        isHTTP10 = head.isHTTP10
        headers = head.headers
        if case .length(let length) = head.framing { contentLength = length } else { contentLength = nil }
        body = HTTPRequestBody(exchange: exchange)
        self.connection = connection
        trace = exchange.trace
    }

    /// The target up to the first `?`, still percent-encoded.
    package var path: Substring { target[..<(target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex)] }

    /// The target behind the first `?`, still percent-encoded; nil without one.
    package var query: Substring? {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        return target[target.index(after: mark)...]
    }

    /// 32 hexadecimal digits that name the request in logs and answers.
    package var requestID: String { trace.traceID }

    package var eventLoop: any EventLoop { connection.eventLoop }

    /// Runs the handler; give it to tasks of its own so that they stay on the loop.
    package var executor: LoopExecutor { connection.executor }

    package var allocator: ByteBufferAllocator { connection.allocator }

    /// The client's address: told by a trusted load balancer, or the socket's.
    package var remoteAddress: SocketAddress? { connection.remoteAddress }

    /// The client's IP address as text, without a port; empty where it has none.
    package var clientAddress: String { connection.clientAddress }

    package var isTLS: Bool { connection.isTLS }
}
