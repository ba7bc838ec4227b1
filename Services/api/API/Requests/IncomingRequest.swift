import NIOCore
import NIOHTTP1
import ServiceKit

/// A request as the dispatcher takes it, from a connection or from a test.
struct IncomingRequest: Sendable {
    var method: HTTPMethod
    /// As received, nothing decoded.
    var target: String
    var headers: HTTPHeaders
    /// In bytes; nil where the body comes in chunks.
    var contentLength: Int64?
    var body: any BodySource
    /// A W3C trace context.
    var traceParent: String
    var clientAddress: String?
    var isTLS = false
}

/// The body of a request, pulled piece by piece.
protocol BodySource: Sendable {
    func next() async throws(HTTPStreamError) -> ByteBuffer?
    /// - Throws: `bodyTooLarge` beyond `maxBytes`.
    func collect(maxBytes: Int) async throws(HTTPStreamError) -> ByteBuffer
}

extension HTTPRequestBody: BodySource {}

extension IncomingRequest {
    init(_ request: HTTPServerRequest) {
        self.init(
            method: request.method, target: request.target, headers: request.headers,
            contentLength: request.contentLength, body: request.body, traceParent: request.trace.traceParent,
            clientAddress: request.clientAddress.isEmpty ? nil : request.clientAddress, isTLS: request.isTLS)
    }
}
