package import NIOCore
package import NIOHTTP1
import NIOPosix

/// Gives the one response of a request, whole by `send`, or piece by piece.
///
/// May be used from any thread; on the connection's loop, where handlers run, no call costs a hop. HEAD requests get
/// the head alone, whatever is written. `Date`, `Connection` and the framing headers are the seam's; a handler may
/// give `Content-Length` to `start`, and to `send` for HEAD, and `Connection: close`.
package struct HTTPResponder: Sendable {
    let exchange: HTTPExchange

    /// What the request is in logs and metrics, such as `GetObject`; a fixed set of names, nothing from the request.
    package func setOperation(_ name: String) {
        if exchange.isOnLoop { exchange.operation = name } else { exchange.onLoop { $0.operation = name } }
    }

    /// Sends a whole response at once.
    package func send(_ status: HTTPResponseStatus, _ headers: HTTPHeaders = [:], _ body: ByteBuffer? = nil) {
        if exchange.isOnLoop {
            exchange.send(status, headers, body)
        } else {
            exchange.onLoop { $0.send(status, headers, body) }
        }
    }

    /// Sends a whole response with a body from bytes.
    package func send(_ status: HTTPResponseStatus, _ headers: HTTPHeaders = [:], bytes: some Sequence<UInt8>) {
        send(status, headers, ByteBuffer(bytes: bytes))
    }

    /// Begins a response whose body follows by `write` or `sendFile`; it is in chunks without a `Content-Length`.
    package func start(_ status: HTTPResponseStatus, _ headers: HTTPHeaders = [:]) {
        if exchange.isOnLoop { exchange.start(status, headers) } else { exchange.onLoop { $0.start(status, headers) } }
    }

    /// Sends body bytes and waits until there is room for more.
    package func write(_ bytes: ByteBuffer) async throws(HTTPStreamError) {
        try await exchange.write(bytes)
    }

    /// Whether `sendFile` can be used: not over TLS, which the kernel does not speak. Exact on the connection's loop only.
    package var sendsFiles: Bool { exchange.connection?.isTLS == false }

    /// Sends part of a file by `sendfile(2)` and waits until it is sent; the handle stays the caller's.
    package func sendFile(_ handle: NIOFileHandle, offset: Int64, length: Int64) async throws(HTTPStreamError) {
        try await exchange.sendFile(handle, offset: offset, length: length)
    }

    /// Ends a response that `start` began.
    ///
    /// - Parameter trailers: sent where the body is in chunks.
    package func end(_ trailers: HTTPHeaders? = nil) {
        if exchange.isOnLoop { exchange.end(trailers) } else { exchange.onLoop { $0.end(trailers) } }
    }

    /// Breaks the response off so that the client cannot take it for whole.
    package func abort() {
        if exchange.isOnLoop { exchange.abort() } else { exchange.onLoop { $0.abort() } }
    }

    /// Whether a status line was given; from then on an error can only be shown by `abort`.
    ///
    /// Exact on the connection's loop only.
    package var hasStarted: Bool { exchange.hasStarted }
}
