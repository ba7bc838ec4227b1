import JSONCodec
package import Wire

/// Calls routes in this process: the test double of a peer, and the way to try a service's own handlers.
///
/// Messages make the round trip through JSON, the deadline and the who-may-call-whom table hold as over the network.
package struct RPCDouble: RPCCalling {
    private let routes: RPCRoutes
    private let caller: ServiceName

    /// - Parameter caller: as whom the calls are made.
    package init(as caller: ServiceName, _ routes: RPCRoutes) {
        self.caller = caller
        self.routes = routes
    }

    package init(as caller: ServiceName, _ build: (inout RPCRoutes) -> Void) {
        var routes = RPCRoutes()
        build(&routes)
        self.init(as: caller, routes)
    }

    package func call<Method: RPCMethod>(
        _ method: Method.Type, _ request: Method.Request, _ context: CallContext
    ) async throws(RPCError) -> Method.Response {
        guard let route = routes.routes[Method.name] else {
            throw RPCError(.notImplemented, subject: "method", "\(Method.name) is not answered here")
        }
        guard context.deadline > .now else { throw RPCError(.deadlineExceeded, "\(Method.name): no time left") }
        let bytes = try RPCMessages.encode(request, of: method)
        let result = await route.call(bytes, context, from: caller) { _ in }
        return try RPCMessages.decode(try result.get(), of: method)
    }
}

/// The messages of calls as bytes.
enum RPCMessages {
    static func encode<Method: RPCMethod>(
        _ request: Method.Request, of method: Method.Type
    ) throws(RPCError) -> [UInt8] {
        let bytes: [UInt8]
        do {
            bytes = try request.jsonBytes()
        } catch {
            throw RPCError(.invalidArgument, subject: "request", "\(Method.name): \(error)")
        }
        guard bytes.count <= RPCLimits.maxMessageBytes else {
            throw RPCError(.resourceExhausted, subject: "request", "\(Method.name): request is too large")
        }
        return bytes
    }

    static func decode<Method: RPCMethod>(
        _ bytes: [UInt8], of method: Method.Type
    ) throws(RPCError) -> Method.Response {
        do {
            return try Method.Response(wireBytes: bytes)
        } catch {
            throw RPCError(.internal, subject: "response", "\(Method.name): \(error)")
        }
    }
}
