import NIOHTTP1
import ServiceKit
import Synchronization
import Wire

/// What the audit log will say of one request.
///
/// A change of what governs the lake is written down before it is begun: whatever happens then, that somebody tried is known.
final class AuditedCall: Sendable {
    private struct State {
        var record: AuditRecord
        var hasBegun = false
    }

    private let trail: AuditTrail
    private let route: Route
    private let started = ContinuousClock.now
    private let state: Mutex<State>

    /// Nil where such calls are not written down.
    init?(_ match: Router.Match, _ request: IncomingRequest, _ target: RequestTarget, _ services: Services) {
        let route = match.route
        guard let trail = services.audit, trail.covers(route.plane, isChange: route.isChange) else { return nil }
        self.trail = trail
        self.route = route
        var path = request.target.prefix { $0 != "?" }
        if path.hasPrefix("/api/v1") { path.removeFirst("/api/v1".count) }
        let object = target.value("path").map { " \($0)" } ?? ""
        var repository: String?
        for (parameter, value) in zip(route.template.parameters, match.values) where parameter == "repository" {
            repository = value
        }
        state = Mutex(
            State(
                record: AuditRecord(
                    at: services.now() * 1_000 + Int64.random(in: 0..<1_000),
                    requestID: TraceContext.continuing(request.traceParent).traceID, phase: .whole,
                    plane: route.plane, service: ServiceName.api.rawValue, operation: route.operation,
                    clientAddress: request.clientAddress, userAgent: request.headers.first(name: "User-Agent"),
                    repository: repository, target: path + object)))
    }

    /// Whose request it is, once that is known.
    func isBy(_ principal: Principal) {
        state.withLock { state in
            state.record.userID = principal.userID
            state.record.accessKeyID = principal.accessKeyID
        }
    }

    /// Returns when a change may be carried out.
    ///
    /// - Throws: `APIError` 503 where the log cannot be written: what is not written down is not done.
    func begin() async throws {
        guard route.isChange, !route.isLogIn else { return }
        let record = state.withLock { state in
            state.hasBegun = true
            var record = state.record
            record.phase = .begun
            return record
        }
        try await write(record)
    }

    /// Returns when the answer may go out.
    ///
    /// - Throws: `APIError` 503 where a log-in cannot be written down: nobody gets a session that is not.
    func end(with result: AuditedResult) async throws {
        guard route.isLogIn, let userID = result.userID else { return end(result.status, result.message) }
        isBy(Principal(userID: userID))
        try await write(ended(result.status, result.message))
    }

    /// - Parameter message: of a failure.
    func end(_ status: Int, _ message: String? = nil) { trail.note(ended(status, message)) }

    private func ended(_ status: Int, _ message: String?) -> AuditRecord {
        state.withLock { state in
            var record = state.record
            record.phase = state.hasBegun ? .ended : .whole
            record.status = status
            record.message = message.map(AuditRecord.cut)
            record.microseconds = Int64((ContinuousClock.now - started) / .microseconds(1))
            return record
        }
    }

    private func write(_ record: AuditRecord) async throws(APIError) {
        do throws(RPCError) {
            try await trail.write(record)
        } catch {
            throw APIError(503, "the audit log cannot be written")
        }
    }
}

extension Route {
    /// Objects are data; all else governs them.
    var plane: AuditPlane {
        switch area {
        case .objects, .staging: .data
        default: .control
        }
    }

    var isChange: Bool { isLogIn || method != .GET && method != .HEAD }
}
