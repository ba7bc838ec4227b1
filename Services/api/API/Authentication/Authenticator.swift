import Cryptography
import NIOHTTP1
import Wire

/// Finds out who makes a request; auth decides, the verdict is kept for a few seconds.
struct Authenticator: Sendable {
    /// How long auth may take.
    static let patience = Duration.seconds(5)

    let auth: any RPCCalling
    let cache = VerdictCache()

    /// - Throws: `APIError` 401 for none or a wrong credential; `RPCError` where auth does not answer, which is no verdict.
    func principal(of request: IncomingRequest) async throws -> Principal {
        guard let credential = try PresentedCredential.read(request.headers) else { throw APIError.unauthenticated }
        let now = ContinuousClock.now
        let digest = Self.digest(of: credential)
        if let principal = cache.principal(of: digest, at: now) { return principal }
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
        cache.keep(verified.principal, of: digest, asked: now)
        return verified.principal
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
