import NIOHTTP1
import ServiceKit
import Wire

/// What the audit log will say of one request; only for those that are written down.
struct AuditedExchange: Sendable {
    private let trail: AuditTrail
    private let isAwaited: Bool
    private let started = ContinuousClock.now
    private var record: AuditRecord

    /// Nil where such calls are not written down.
    ///
    /// - Parameter now: milliseconds since 1970.
    init?(
        _ operation: S3Operation, _ scope: S3Operation.Scope, _ resource: S3Resource, _ request: HTTPServerRequest,
        now: Int64, _ trail: AuditTrail?
    ) {
        let (isChange, plane) = (operation.isChange(request.method), operation.plane(scope))
        guard let trail, trail.covers(plane, isChange: isChange) else { return nil }
        self.trail = trail
        isAwaited = isChange && plane == .control
        let key = resource.key.isEmpty ? "" : "/" + String(decoding: resource.key, as: UTF8.self)
        record = Self.record(operation.rawValue, plane, request, now: now)
        record.repository = resource.bucket
        record.target = resource.bucket.map { $0 + key }
    }

    /// Nil where such calls are not written down.
    ///
    /// - Parameters:
    ///   - operation: of the Security Token Service.
    ///   - now: milliseconds since 1970.
    init?(
        securityTokens operation: SecurityTokenRequest.Action, _ request: HTTPServerRequest, now: Int64,
        _ trail: AuditTrail?
    ) {
        guard let trail, trail.covers(.control, isChange: operation.makesSession) else { return nil }
        self.trail = trail
        isAwaited = operation.makesSession
        record = Self.record(operation.rawValue, .control, request, now: now)
    }

    private static func record(
        _ operation: String, _ plane: AuditPlane, _ request: HTTPServerRequest, now: Int64
    ) -> AuditRecord {
        AuditRecord(
            at: now * 1_000 + Int64.random(in: 0..<1_000), requestID: request.requestID, phase: .whole,
            plane: plane, service: ServiceName.gateway.rawValue, operation: operation,
            clientAddress: request.clientAddress.isEmpty ? nil : request.clientAddress,
            userAgent: request.headers.first(name: "User-Agent"))
    }

    mutating func isBy(_ principal: Principal) {
        record.userID = principal.userID
        record.accessKeyID = principal.accessKeyID
    }

    /// Returns when the request may be carried out: what governs the lake is changed only once that is written down.
    ///
    /// - Throws: `ServiceUnavailable` where the log cannot be written.
    mutating func begin() async throws(S3Error) {
        guard isAwaited else { return }
        record.phase = .begun
        do throws(RPCError) {
            try await trail.write(record)
        } catch {
            record.phase = .whole
            throw S3Error(.serviceUnavailable)
        }
    }

    /// - Parameter error: nil for a success, of whichever status it was.
    func end(_ error: S3Error?) {
        end(status: error?.code.status ?? 200, error.map { "\($0.code.rawValue): \($0.message)" })
    }

    /// - Parameter message: why it failed; nil for a success.
    func end(status: Int, _ message: String?) {
        var record = record
        if record.phase == .begun { record.phase = .ended }
        record.status = status
        record.message = message.map { AuditRecord.cut($0) }
        record.microseconds = Int64((ContinuousClock.now - started) / .microseconds(1))
        trail.note(record)
    }
}

extension S3Operation {
    /// Buckets govern the lake; what is in them is data.
    fileprivate func plane(_ scope: Scope) -> AuditPlane {
        switch self {
        case .listObjects, .listObjectsV2, .listObjectVersions, .deleteObjects, .postObject, .listMultipartUploads:
            .data
        default: scope == .object ? .data : .control
        }
    }

    fileprivate func isChange(_ method: HTTPMethod) -> Bool {
        switch method {
        case .GET, .HEAD, .OPTIONS: false
        // S3 Select only reads.
        case .POST where self == .selectObjectContent: false
        default: true
        }
    }
}
