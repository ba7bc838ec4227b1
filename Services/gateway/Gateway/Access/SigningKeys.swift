import Cryptography
package import Policy
package import Signatures
import Synchronization
package import Wire

/// The derived keys that auth handed out, each for at most five seconds, so that a revoked key stops working everywhere within
/// that time; that a key is unknown is remembered as long.
package final class SigningKeys: Sendable {
    /// A key, whom it speaks for, and what they may do.
    package struct Grant: Sendable {
        package let key: DerivedKey
        package let principal: Principal
        package let rights: Rights
        /// Nil for a key that is no session's.
        let session: SessionProof?
    }

    /// How old state of auth may be (`ARCHITECTURE.md`).
    package static let maxAge: Duration = .seconds(5)
    /// The greatest number of keys remembered, and of unknown ones.
    package static let capacity = 10_000

    private struct Name: Hashable {
        let accessKeyID: String
        let scope: CredentialScope
    }

    private struct Stamped<Value> {
        let value: Value
        /// When auth was asked.
        let asked: ContinuousClock.Instant
    }

    /// What came of asking auth; nil where the one who asked gave up, so that another must ask.
    private typealias Outcome = Result<Grant, RPCError>?

    private struct State {
        var known = GenerationalCache<Name, Stamped<Grant>>(capacity: SigningKeys.capacity)
        // Apart, so that guesses cannot drive out keys that are in use.
        var unknown = GenerationalCache<Name, Stamped<Void>>(capacity: SigningKeys.capacity)
        /// Who waits for the answer to a question that somebody else has put.
        var waiting: [Name: [CheckedContinuation<Outcome, Never>]] = [:]
    }

    private enum Step {
        case granted(Grant)
        case refused
        case ask
        case wait
    }

    /// Of all callers, however they sign.
    let rights: RightsCache
    private let auth: any RPCCalling
    let now: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())

    package init(
        auth: any RPCCalling, rights: RightsCache = RightsCache(),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.auth = auth
        self.rights = rights
        self.now = now
    }

    /// The key of a scope.
    ///
    /// - Throws: `InvalidAccessKeyId`; `ServiceUnavailable` where auth does not answer; `SlowDown`.
    package func grant(
        _ accessKeyID: String, _ scope: CredentialScope, _ context: CallContext
    ) async throws(S3Error) -> Grant {
        let name = Name(accessKeyID: accessKeyID, scope: scope)
        while true {
            switch step(name, now: now()) {
            case .granted(let grant): return grant
            case .refused: throw .invalidAccessKeyID(accessKeyID)
            case .ask: return try Self.grant(await ask(name, context), accessKeyID)
            case .wait:
                if let result = await wait(name) { return try Self.grant(result, accessKeyID) }
                if Task.isCancelled { throw S3Error(.requestTimeout) }
            }
        }
    }

    private static func grant(
        _ result: Result<Grant, RPCError>, _ accessKeyID: String
    ) throws(S3Error) -> Grant {
        do throws(RPCError) {
            return try result.get()
        } catch {
            if error.code == .invalidArgument { throw S3Error(.authorizationHeaderMalformed, error.message) }
            let refusal = S3Error(error)
            throw refusal.code == .invalidAccessKeyID ? S3Error.invalidAccessKeyID(accessKeyID) : refusal
        }
    }

    private func step(_ name: Name, now: ContinuousClock.Instant) -> Step {
        state.withLock { state in
            if let known = state.known.value(name), now < known.asked + Self.maxAge { return .granted(known.value) }
            if let unknown = state.unknown.value(name), now < unknown.asked + Self.maxAge { return .refused }
            guard state.waiting[name] == nil else { return .wait }
            state.waiting[name] = []
            return .ask
        }
    }

    private func wait(_ name: Name) async -> Outcome {
        await withCheckedContinuation { continuation in
            let isStillAsked = state.withLock { state in
                guard state.waiting[name] != nil else { return false }
                state.waiting[name]?.append(continuation)
                return true
            }
            if !isStillAsked { continuation.resume(returning: nil) }
        }
    }

    /// Asks auth, once for all who wait for the same key.
    private func ask(_ name: Name, _ context: CallContext) async -> Result<Grant, RPCError> {
        let asked = now()
        let result = await answer(name, context)
        let waiting = state.withLock { state in
            switch result {
            case .success(let grant):
                state.known.set(Stamped(value: grant, asked: asked), for: name)
                state.unknown.remove(name)
            case .failure(let error) where error.code == .notFound:
                state.unknown.set(Stamped(value: (), asked: asked), for: name)
                state.known.remove(name)
            case .failure: break
            }
            return state.waiting.removeValue(forKey: name) ?? []
        }
        // One whose client went away has learnt nothing about auth.
        let outcome: Outcome = Task.isCancelled ? nil : result
        for continuation in waiting { continuation.resume(returning: outcome) }
        return result
    }

    private func answer(_ name: Name, _ context: CallContext) async -> Result<Grant, RPCError> {
        let scope = name.scope
        do throws(RPCError) {
            let request = GetSigningKey.Request(
                accessKeyID: name.accessKeyID, date: scope.day, region: scope.region, service: scope.service)
            let answer = try await auth.call(GetSigningKey.self, request, context)
            guard let bytes = SHA256Digest(hex: answer.key) else {
                return .failure(RPCError(.internal, "auth gave a key that is none"))
            }
            let rights = rights.rights(
                of: answer.principal.userID, answer.policies, bounds: answer.session?.bounds ?? [])
            var session: SessionProof?
            if let terms = answer.session {
                session = SessionProof(terms)
                if session == nil { return .failure(RPCError(.internal, "auth gave a session that is none")) }
            }
            return .success(
                Grant(key: DerivedKey(bytes), principal: answer.principal, rights: rights, session: session))
        } catch {
            return .failure(error)
        }
    }
}
