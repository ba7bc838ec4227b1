import Domain
import NIOHTTP1
import Policy
import Wire

/// Takes a request through the checks, in the order clients rely on, to its handler.
///
/// Route, form of the request, credentials, permission; then what the handler finds: repository, names, state.
struct Dispatcher: Sendable {
    static let basePath = ["api", "v1"]
    /// Holds a bulk delete of 1,000 paths of 1,024 bytes, each byte escaped as unkindly as text of any script is.
    static let maxJSONBytes = 4 * 1024 * 1024

    let router: Router
    let services: Services
    let authenticator: Authenticator

    init(routes: [Route], services: Services) {
        router = Router(routes)
        self.services = services
        authenticator = Authenticator(auth: services.auth)
    }

    /// The answer, and the operation that gave it; nil for an answer where the client is gone.
    func answer(_ request: IncomingRequest) async -> (answer: Answer?, operation: String) {
        do {
            let target = try RequestTarget(request.target)
            guard target.elements.starts(with: Self.basePath),
                let match = router.match(request.method, target.elements.dropFirst(Self.basePath.count))
            else { return (.failure(.invalidEndpoint), "unknown") }
            return (await answer(request, target, match), match.route.operation)
        } catch {
            return (.failure(error), "unknown")
        }
    }

    private func answer(_ request: IncomingRequest, _ target: RequestTarget, _ match: Router.Match) async -> Answer? {
        let audited = AuditedCall(match, request, target, services)
        do {
            let answer = try await carryOut(request, target, match, audited)
            try await audited?.end(with: answer.audited ?? AuditedResult(status: answer.status))
            return answer
        } catch {
            let failure = APIError(error)
            // What nginx says of a client that is gone.
            audited?.end(failure?.status ?? 499, failure?.message ?? "the client is gone")
            return failure.map { Answer.failure($0) }
        }
    }

    private func carryOut(
        _ request: IncomingRequest, _ target: RequestTarget, _ match: Router.Match, _ audited: AuditedCall?
    ) async throws -> Answer {
        let route = match.route
        try RequestCheck.parameters(of: route, target, request.headers)
        let json = try await RequestCheck.json(of: route, request, maxBytes: Self.maxJSONBytes)
        var call = Call(
            route: route, request: request, target: target, pathValues: match.values, json: json, services: services,
            deadline: .now + route.patience.duration)
        if case .open = route.access {
        } else {
            let caller = try await authenticator.caller(of: request)
            (call.principal, call.rights) = (caller.principal, caller.rights)
            audited?.isBy(call.principal)
        }
        do {
            for need in route.access.needs {
                for resource in try need.resources(call) { try call.require(need.action, on: resource) }
            }
            guard let handler = route.handler else {
                throw APIError.notImplemented("\(route.operation) is not implemented yet")
            }
            try await audited?.begin()
            return try await handler(call)
        } catch let error as InvalidName {
            try await checkRepository(call)
            throw error
        }
    }

    /// An unknown repository is answered before a bad name in it.
    private func checkRepository(_ call: Call) async throws {
        guard call.route.template.parameters.contains("repository"), let name = try? call.repository else { return }
        _ = try await call.index(GetRepository.self, .init(name: name))
    }
}

extension Route.Patience {
    var duration: Duration {
        switch self {
        case .short: .seconds(30)
        case .long: .seconds(600)
        }
    }
}
