import Domain
import FoundationEssentials
import JSONCodec
import NIOCore
import NIOHTTP1
import Policy
import Wire

/// One request on its way through a handler: checked against its route, its caller known.
struct Call: Sendable {
    let route: Route
    let request: IncomingRequest
    let target: RequestTarget
    /// The values of the path's parameters, in the template's order.
    let pathValues: [String]
    /// Nil where the operation takes none or none came.
    let json: [UInt8]?
    let services: Services
    /// Empty for open operations.
    var principal = Principal(userID: "")
    var rights = Rights.none
    let deadline: ContinuousClock.Instant

    // MARK: Services

    var context: CallContext {
        CallContext(
            principal: principal.userID.isEmpty ? nil : principal, traceParent: request.traceParent,
            deadline: deadline, clientAddress: request.clientAddress)
    }

    func index<Method: RPCMethod>(
        _ method: Method.Type, _ request: Method.Request
    ) async throws(RPCError) -> Method.Response {
        try await services.index.call(method, request, context)
    }

    func auth<Method: RPCMethod>(
        _ method: Method.Type, _ request: Method.Request
    ) async throws(RPCError) -> Method.Response {
        try await services.auth.call(method, request, context)
    }

    /// - Throws: `APIError` 401 where the caller may not.
    func require(_ action: Action, on resource: Resource) throws(APIError) {
        switch decide(action, on: resource) {
        case .allowed: break
        case .denied: throw APIError(401, "insufficient permissions: denied permission to \(action.rawValue)")
        case .unmentioned: throw APIError(401, "insufficient permissions: not allowed to \(action.rawValue)")
        }
    }

    func allows(_ action: Action, on resource: Resource) -> Bool { decide(action, on: resource) == .allowed }

    private func decide(_ action: Action, on resource: Resource) -> Rights.Decision {
        services.authorizer.decide(
            Permission(action, on: resource), by: rights,
            Circumstances(address: request.clientAddress, now: Double(services.now()) / 1_000))
    }

    // MARK: Body

    /// The body, which was checked against the route's schema.
    func body<Body: Decodable>(_ type: Body.Type) throws(APIError) -> Body {
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(Body.self, from: Data(json ?? Array("{}".utf8)))
        } catch {
            throw .badRequest("the request body cannot be read")
        }
    }
}
