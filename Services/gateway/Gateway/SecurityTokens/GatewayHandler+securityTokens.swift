import NIOCore
import NIOHTTP1
import ServiceKit
import Signatures
import Wire

/// The Security Token Service, at the gateway's own address: a signed form that is posted to the root, where S3 has nothing.
extension GatewayHandler {
    func isForSecurityTokens(_ request: HTTPServerRequest) -> Bool {
        guard request.method == .POST, request.target == "/" || request.target.hasPrefix("/?"),
            let type = request.headers.first(name: "content-type"),
            type.lowercased().hasPrefix("application/x-www-form-urlencoded")
        else { return false }
        return request.headers.first(name: "host").flatMap { domains.bucket(inHost: $0) } == nil
    }

    func securityTokens(_ request: HTTPServerRequest, _ response: HTTPResponder) async {
        var audited: AuditedExchange?
        var headers: HTTPHeaders = ["Content-Type": "text/xml", "Cache-Control": "no-store"]
        headers.add(name: "x-amzn-RequestId", value: request.requestID)
        do throws(SecurityTokenError) {
            let document = try await securityTokens(request, response, &audited)
            audited?.end(status: 200, nil)
            response.send(.ok, headers, ByteBuffer(bytes: document))
        } catch {
            audited?.end(status: error.status, "\(error.code): \(error.message)")
            response.send(
                HTTPResponseStatus(statusCode: error.status), headers,
                ByteBuffer(bytes: SecurityTokenAnswer.error(error, requestID: request.requestID)))
        }
    }

    private func securityTokens(
        _ request: HTTPServerRequest, _ response: HTTPResponder, _ audited: inout AuditedExchange?
    ) async throws(SecurityTokenError) -> [UInt8] {
        let begun = clock.milliseconds()
        response.setOperation("SecurityTokens")
        let body = try await body(request)
        let asked = try SecurityTokenRequest(body)
        response.setOperation(asked.action.rawValue)
        audited = AuditedExchange(securityTokens: asked.action, request, now: begun, audit)
        let head = RequestHead(method: request.method.rawValue, target: request.target, fields: Array(request.headers))
        var context = CallContext(
            principal: nil, traceParent: request.trace.child().traceParent, deadline: .now + limits.callTimeout,
            clientAddress: request.clientAddress)
        let signer: Principal?
        do throws(S3Error) {
            signer = try await authenticator.authenticate(
                head, securityTokens: body, now: SigningTime(unixSeconds: begun / 1_000), context)
        } catch { throw SecurityTokenError(error) }
        guard let principal = signer else { throw .notSigned }
        audited?.isBy(principal)
        guard asked.action.makesSession else {
            return SecurityTokenAnswer.identity(of: principal, requestID: request.requestID)
        }
        if case .user(let id)? = asked.role, id != principal.userID {
            throw SecurityTokenError("AccessDenied", status: 403, "Nobody acts for another user")
        }
        do throws(S3Error) { try await audited?.begin() } catch { throw SecurityTokenError(error) }
        context.principal = principal
        do throws(RPCError) {
            let key = try await authenticator.auth.call(
                CreateSession.self,
                .init(
                    accessKeyID: principal.accessKeyID, name: asked.sessionName, seconds: asked.seconds,
                    bounds: asked.bounds), context)
            return SecurityTokenAnswer.session(key, asked, requestID: request.requestID)
        } catch { throw SecurityTokenError(error) }
    }

    private func body(_ request: HTTPServerRequest) async throws(SecurityTokenError) -> [UInt8] {
        let limit = SecurityTokenRequest.maxBytes
        do throws(S3Error) { try slots.reserve(documentBytes: limit) } catch { throw SecurityTokenError(error) }
        defer { slots.release(documentBytes: limit) }
        do throws(HTTPStreamError) {
            return Array(try await request.body.collect(maxBytes: limit).readableBytesView)
        } catch { throw SecurityTokenError(S3Error(error)) }
    }
}

extension Authenticator {
    /// Finds out who signed a request of the Security Token Service; nil for one that is not signed.
    ///
    /// - Throws: what signatures can be refused with.
    func authenticate(
        _ head: RequestHead, securityTokens body: [UInt8], now: SigningTime, _ context: CallContext
    ) async throws(S3Error) -> Principal? {
        let claim: SigV4Claim
        let token: String?
        do throws(SignatureError) {
            guard let read = try SigV4Claim(head, service: "sts", body: body) else { return nil }
            (claim, token) = (read, try read.sessionToken(head))
            try claim.check(now: now, regions: regions)
        } catch { throw S3Error(error) }
        try admit(claim.accessKeyID, context)
        let grant = try await keys.grant(claim.accessKeyID, claim.scope, context)
        do throws(SignatureError) { try claim.verify(head, key: grant.key) } catch {
            noteFailure(claim.accessKeyID, context)
            throw S3Error(error)
        }
        try grant.session?.check(token, of: claim.accessKeyID, now: now.unixSeconds)
        return grant.principal
    }
}
