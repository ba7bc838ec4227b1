import Domain
package import Logging
import NIOHTTP1
package import ObjectStore
package import Policy
package import ServiceKit
import Signatures
package import Wire

/// Serves the S3 protocol.
package struct GatewayHandler: HTTPHandler {
    let index: any RPCCalling
    let store: any ObjectStore
    let authenticator: Authenticator
    let authorizer: any Authorizer
    let region: String
    let domains: S3Domains
    /// Nil where CreateBucket makes none.
    let newNamespaces: NewNamespaces?
    let limits: GatewayLimits
    let clock: WallClock
    let digests: DigestPool
    let targets: WriteTargets
    let slots: BodySlots
    /// Nil where nothing is written down.
    let audit: AuditTrail?
    let logger: Logger

    package init(
        index: any RPCCalling, auth: any RPCCalling, store: any ObjectStore, digests: DigestPool, region: String,
        domains: S3Domains, newNamespaces: NewNamespaces? = nil, logger: Logger,
        authorizer: any Authorizer = PolicyAuthorizer(), limits: GatewayLimits = GatewayLimits(),
        clock: WallClock = .system, keys: SigningKeys? = nil, audit: AuditTrail? = nil
    ) {
        self.index = index
        self.store = store
        authenticator = Authenticator(auth: auth, keys: keys ?? SigningKeys(auth: auth), region: region)
        self.authorizer = authorizer
        self.region = region
        self.domains = domains
        self.newNamespaces = newNamespaces
        self.limits = limits
        self.clock = clock
        self.digests = digests
        targets = WriteTargets(capacity: limits.writeTargetCapacity)
        slots = BodySlots(maxBodies: limits.maxBodies, maxDocumentBytes: limits.maxDocumentBytes)
        self.audit = audit
        self.logger = logger
    }

    package func handle(_ request: HTTPServerRequest, _ response: HTTPResponder) async {
        if isForSecurityTokens(request) { return await securityTokens(request, response) }
        var audited: AuditedExchange?
        do throws(S3Error) {
            if let exchange = try await admit(request, response, &audited) { try await answer(exchange) }
            audited?.end(nil)
        } catch {
            audited?.end(error)
            if error.code.status >= 500, error.code != .notImplemented {
                logger.warning(
                    "a request failed",
                    metadata: ["request": "\(request.requestID)", "code": "\(error.code.rawValue)"])
            }
            guard !response.hasStarted else { return response.abort() }
            S3Failure.send(located(error, request), request, response)
        }
    }

    /// The error with the name of what is missing, which S3 tells too.
    private func located(_ error: S3Error, _ request: HTTPServerRequest) -> S3Error {
        guard error.details.isEmpty, error.code == .noSuchKey || error.code == .noSuchBucket, request.method != .HEAD,
            // What is missing may be the source.
            !request.headers.contains(name: RequestFields.Name.copySource.rawValue),
            let target = try? RequestTarget(request.target),
            let resource = try? S3Resource(
                path: target.path,
                virtualBucket: request.headers.first(name: "host").flatMap { domains.bucket(inHost: $0) })
        else { return error }
        let detail: (name: String, value: String) =
            error.code == .noSuchKey
            ? ("Key", String(decoding: resource.key, as: UTF8.self)) : ("BucketName", resource.bucket ?? "")
        return S3Error(error.code, error.message, details: [detail])
    }

    /// Finds out what is asked for, and by whom; nil for a form, which says so in its body, and is answered then.
    private func admit(
        _ request: HTTPServerRequest, _ response: HTTPResponder, _ audited: inout AuditedExchange?
    ) async throws(S3Error) -> S3Exchange? {
        let begun = clock.milliseconds()
        var fields = RequestFields(request.headers)
        guard request.target != "*" else { throw S3Error(.accessForbidden) }
        let target = try RequestTarget(request.target)
        let presignedHeaders = try target.query.isEmpty ? [] : target.query.presignedHeaders
        fields.adopt(presignedHeaders)
        let virtualBucket = fields[.host].flatMap { domains.bucket(inHost: $0) }
        let resource = try S3Resource(path: target.path, virtualBucket: virtualBucket)
        let scope: S3Operation.Scope = resource.bucket == nil ? .service : resource.key.isEmpty ? .bucket : .object
        let operation = try S3Operation(
            request.method, scope, target.query, isCopy: fields[.copySource] != nil)
        response.setOperation(operation.rawValue)
        audited = AuditedExchange(operation, scope, resource, request, now: begun, audit)
        switch operation {
        // Browsers send neither with a signature that could be checked here.
        case .corsPreflight: throw Self.preflightRefusal(fields, scope)
        case .postObject:
            try await postObject(request, response, bucket: resource.bucket ?? "", query: target.query, &audited)
            return nil
        default: break
        }
        let head = RequestHead(method: request.method.rawValue, target: request.target, fields: Array(request.headers))
        let caller = try await authenticator.authenticate(
            head, virtualBucket: virtualBucket, now: SigningTime(unixSeconds: begun / 1_000),
            CallContext(
                principal: nil, traceParent: request.trace.child().traceParent,
                deadline: .now + limits.callTimeout, clientAddress: request.clientAddress))
        audited?.isBy(caller.principal)
        try await audited?.begin()
        return S3Exchange(
            request: request, response: response, operation: operation, fields: fields, query: target.query,
            head: presignedHeaders.isEmpty ? head : head.adding(presignedHeaders), bucket: resource.bucket ?? "",
            key: resource.key, caller: caller, begun: begun)
    }

    /// What S3 answers to browsers' questions on a bucket without CORS configuration, as all of them are here.
    private static func preflightRefusal(_ fields: RequestFields, _ scope: S3Operation.Scope) -> S3Error {
        func missing(_ header: String) -> S3Error {
            S3Error(.badRequest, "Insufficient information. \(header) request header needed.")
        }
        guard fields.headers.contains(name: "Origin") else { return missing("Origin") }
        guard let method = fields.headers.first(name: "Access-Control-Request-Method") else {
            return missing("Access-Control-Request-Method")
        }
        return S3Error(.accessForbidden, details: [("Method", method), ("ResourceType", scope.resourceType)])
    }

    // MARK: What operations share

    /// - Throws: `AccessDenied`.
    func authorize(_ exchange: S3Exchange, _ permission: Permission) throws(S3Error) {
        guard allows(exchange, permission) else { throw S3Error(.accessDenied) }
    }

    func allows(_ exchange: S3Exchange, _ permission: Permission) -> Bool {
        authorizer.decide(permission, by: exchange.caller.rights, exchange.circumstances) == .allowed
    }

    /// Calls index on behalf of a request's sender.
    func call<Method: RPCMethod>(
        _ method: Method.Type, _ request: Method.Request, _ exchange: S3Exchange, timeout: Duration? = nil
    ) async throws(S3Error) -> Method.Response {
        do throws(RPCError) {
            return try await index.call(method, request, exchange.context(timeout ?? limits.callTimeout))
        } catch { throw S3Error(error) }
    }

    /// Where the object store keeps an entry's bytes.
    ///
    /// - Throws: `InternalError` for an address that this store does not serve.
    func address(_ address: PhysicalAddress, in namespace: StorageNamespace) throws(S3Error) -> ObjectAddress {
        do throws(ObjectStoreError) {
            let found = try ObjectAddress(address, in: namespace)
            guard found.scheme == store.scheme else {
                throw ObjectStoreError(.invalidAddress, "the address is of another store than the one configured")
            }
            return found
        } catch {
            logger.error("an address cannot be served", metadata: ["error": "\(error)"])
            throw S3Error(.internalError)
        }
    }

    /// Refuses a version other than the one there is.
    func checkVersion(_ exchange: S3Exchange) throws(S3Error) {
        if exchange.query.isEmpty { return }
        if let version = try exchange.query.value("versionId"), version != "null" { throw S3Error(.noSuchVersion) }
    }
}
