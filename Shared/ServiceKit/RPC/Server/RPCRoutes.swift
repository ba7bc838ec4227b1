import JSONCodec
package import Wire

/// The methods that a service answers, each with what answers it.
package struct RPCRoutes: Sendable {
    private(set) var routes: [String: RPCRoute] = [:]

    package init() {}

    /// Answers `method` by `handler`, which gets the caller's context with its deadline.
    ///
    /// An `RPCError` that it throws crosses as it is; any other error crosses as `internal`, its detail in the log.
    package mutating func on<Method: RPCMethod>(
        _ method: Method.Type,
        _ handler:
            @escaping @Sendable (Method.Request, CallContext, _ caller: ServiceName) async throws ->
            Method.Response
    ) {
        onEncoded(method) { request, context, caller in try await handler(request, context, caller).wireBytes() }
    }

    /// As `on`, for a handler that writes the bytes of the response itself.
    package mutating func onEncoded<Method: RPCMethod>(
        _ method: Method.Type,
        _ handler: @escaping @Sendable (Method.Request, CallContext, _ caller: ServiceName) async throws -> [UInt8]
    ) {
        precondition(routes[Method.name] == nil, "'\(Method.name)' is answered twice")
        routes[Method.name] = RPCRoute(name: Method.name, callers: Method.callers) { bytes, context, caller in
            let request: Method.Request
            do {
                request = try Method.Request(jsonBytes: bytes)
            } catch {
                throw RPCError(.invalidArgument, subject: "request", "\(Method.name): \(error)")
            }
            return try await handler(request, context, caller)
        }
    }

    /// Adds the routes of `other`, none of which may be here already.
    package mutating func add(_ other: RPCRoutes) {
        for (name, route) in other.routes {
            precondition(routes[name] == nil, "'\(name)' is answered twice")
            routes[name] = route
        }
    }

    package var names: [String] { routes.keys.sorted() }
}

/// One method with what answers it.
struct RPCRoute: Sendable {
    let name: String
    let callers: Set<ServiceName>
    let answer: @Sendable (_ request: [UInt8], CallContext, _ caller: ServiceName) async throws -> [UInt8]

    /// Answers a call of `caller`, or refuses it by the who-may-call-whom table.
    ///
    /// - Parameter report: hears of errors that callers must not see.
    func call(
        _ request: [UInt8], _ context: CallContext, from caller: ServiceName, report: (any Error) -> Void
    ) async -> Result<[UInt8], RPCError> {
        guard callers.contains(caller) else {
            return .failure(RPCError(.permissionDenied, subject: "caller", "\(caller.rawValue) may not call \(name)"))
        }
        do {
            let response = try await answer(request, context, caller)
            guard response.count <= RPCLimits.maxMessageBytes else {
                return .failure(RPCError(.resourceExhausted, subject: "response", "\(name): response is too large"))
            }
            return .success(response)
        } catch let error as RPCError {
            return .failure(error)
        } catch is CancellationError {
            return .failure(RPCError(.unavailable, "\(name): cancelled"))
        } catch {
            report(error)
            return .failure(RPCError(.internal, "\(name) failed"))
        }
    }
}
