import Cryptography
import NIOHTTP1
import Policy
import Wire

/// Finds out who makes a request; auth decides, the verdict is kept for a few seconds, with the policies it tells.
struct Authenticator: Sendable {
    /// How long auth may take.
    static let patience = Duration.seconds(5)

    let auth: any RPCCalling
    let cache = VerdictCache()
    let rights = RightsCache()

    /// - Throws: `APIError` 401 for none or a wrong credential; `RPCError` where auth does not answer, which is no verdict.
    func caller(of request: IncomingRequest) async throws -> Caller {
        guard let credential = try PresentedCredential.read(request.headers) else { throw APIError.unauthenticated }
        guard !CrossSite.isSuspect(request) else { throw APIError(403, "requests of other sites are refused") }
        let now = ContinuousClock.now
        let digest = Self.digest(of: credential)
        if let caller = cache.caller(of: digest, at: now) { return caller }
        let context = CallContext(
            principal: nil, traceParent: request.traceParent, deadline: now + Self.patience,
            clientAddress: request.clientAddress)
        let verified: Verified
        switch credential {
        case .basic(let key, let secret):
            verified = try await auth.call(
                VerifySecret.self, .init(accessKeyID: key, secretAccessKey: secret), context)
        case .token(let token):
            verified = try await auth.call(VerifyToken.self, .init(token: token), context)
        }
        let principal = verified.principal
        let caller = Caller(principal: principal, rights: rights.rights(of: principal.userID, verified.policies))
        cache.keep(caller, of: digest, asked: now)
        return caller
    }

    private static func digest(of credential: PresentedCredential) -> SHA256Digest {
        var hash = SHA256()
        switch credential {
        case .basic(let key, let secret):
            hash.update("basic\u{0}\(key.utf8.count)\u{0}")
            hash.update(key)
            hash.update(secret)
        case .token(let token):
            hash.update("token\u{0}")
            hash.update(token)
        }
        return hash.finalize()
    }
}
