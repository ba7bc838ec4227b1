/// Answers the requests of a listener.
package protocol HTTPHandler: Sendable {
    /// Answers one request; runs on the event loop of its connection.
    ///
    /// The task is cancelled when the client goes away. A handler that returns without having ended its response
    /// leaves the client with a closed connection, or with a 500 where nothing was sent yet.
    func handle(_ request: HTTPServerRequest, _ response: HTTPResponder) async
}

/// Answers by a closure.
package struct HTTPClosureHandler: HTTPHandler {
    private let body: @Sendable (HTTPServerRequest, HTTPResponder) async -> Void

    package init(_ body: @escaping @Sendable (HTTPServerRequest, HTTPResponder) async -> Void) { self.body = body }

    package func handle(_ request: HTTPServerRequest, _ response: HTTPResponder) async {
        await body(request, response)
    }
}
