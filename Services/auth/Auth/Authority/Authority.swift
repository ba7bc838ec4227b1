package import Cryptography
package import Logging
import Synchronization
import Wire

/// Decides who somebody is; the only one who sees secrets.
package final class Authority: Sendable {
    let store: any AuthStore
    let keys: KeyRing
    let tokens: LoginTokens
    let rules: AuthRules
    let time: TimeSource
    let gate: MissGate
    let passwords: PasswordHasher
    let passwordGate = PasswordGate()
    /// Nil where nobody logs in by OpenID Connect.
    let provider: ProviderClient?
    let logger: Logger
    /// Stands in for the credential of an unknown key, so that it takes as long as a known one with a wrong secret.
    private let decoy: StoredCredential
    /// When the use of a key was last written, so that it is written once a minute.
    private let lastUses = Mutex(BoundedMap<String, ContinuousClock.Instant>(capacity: 16_384))
    private static let usePrecision = Duration.seconds(60)
    private static let usePatience = Duration.seconds(5)
    /// Once true, true for ever.
    let isInitialized = Atomic<Bool>(false)

    /// - Throws: where there is no randomness.
    package init(
        store: any AuthStore, keys: KeyRing, rules: AuthRules, time: TimeSource = .system,
        provider: ProviderClient? = nil,
        logger: Logger
    ) throws(CryptographyError) {
        self.store = store
        self.keys = keys
        self.rules = rules
        self.time = time
        self.provider = provider
        self.logger = logger
        tokens = LoginTokens(keys)
        gate = MissGate(rules.misses)
        passwords = PasswordHasher(cost: rules.passwordCost)
        decoy = StoredCredential(
            accessKeyID: "decoy", userID: "", secret: try keys.seal(SecretAccessKey.random(), of: "decoy"))
    }

    /// An access key; that of a session may be over.
    ///
    /// - Throws: `notFound` for an unknown key; `resourceExhausted` for a client that guesses.
    func credential(_ accessKeyID: String, _ context: CallContext) async throws -> StoredCredential {
        let unknown = RPCError(.notFound, subject: "credential", "there is no such access key")
        let now = time.instant()
        guard AccessKeyID.isValid(accessKeyID) else {
            gate.missed("", context.clientAddress, isUnknown: false, now: now)
            throw unknown
        }
        guard !gate.isUnknown(accessKeyID, context.clientAddress, now: now) else { throw unknown }
        try gate.check(accessKeyID, context.clientAddress, now: now)
        // Who comes with a session that is over hears so, and not that it never was.
        guard let credential = try await store.credential(accessKeyID, deadline: context.deadline),
            isGood(credential) || credential.session != nil
        else {
            gate.missed(accessKeyID, context.clientAddress, isUnknown: true, now: time.instant())
            throw unknown
        }
        gate.found(accessKeyID, now: time.instant())
        noteUse(of: accessKeyID)
        return credential
    }

    /// Whom a lasting key and its secret belong to. An unknown key and a wrong secret go the same way.
    ///
    /// - Throws: `unauthenticated`; `resourceExhausted` for a client that guesses.
    func verify(_ accessKeyID: String, _ secret: String, _ context: CallContext) async throws -> StoredCredential {
        try gate.check(accessKeyID, context.clientAddress, now: time.instant())
        let isPossible = AccessKeyID.isValid(accessKeyID)
        let stored = try await store.credential(isPossible ? accessKeyID : "", deadline: context.deadline)
        let found = stored.flatMap { isGood($0) && $0.session == nil ? $0 : nil }
        let isRight = ConstantTime.equal(try open(found ?? decoy), secret)
        guard let found, isRight else {
            gate.missed(accessKeyID, context.clientAddress, isUnknown: false, now: time.instant())
            throw Self.unauthenticated
        }
        gate.found(accessKeyID, now: time.instant())
        noteUse(of: accessKeyID)
        return found
    }

    /// Whether a key's time is not over; one whose time is over is as good as deleted.
    func isGood(_ credential: StoredCredential) -> Bool {
        guard let expires = credential.expires else { return true }
        return expires > time.unixSeconds()
    }

    /// Keeps when a key was last used, at most once a minute, without keeping its user waiting.
    private func noteUse(of accessKeyID: String) {
        let now = time.instant()
        let isDue = lastUses.withLock { uses in
            if let last = uses[accessKeyID], now < last + Self.usePrecision { return false }
            uses[accessKeyID] = now
            return true
        }
        guard isDue else { return }
        Task { [store, logger] in
            do {
                try await store.used(accessKeyID, deadline: .now + Self.usePatience)
            } catch {
                logger.debug("the use of a key was not noted", metadata: ["error": "\(error)"])
            }
        }
    }

    static let unauthenticated = RPCError(.unauthenticated, "error authenticating request")

    /// - Throws: `corrupted` for a secret that none of the configured keys opens.
    func open(_ credential: StoredCredential) throws(RPCError) -> String {
        do throws(CryptographyError) {
            return try keys.open(credential.secret, of: credential.accessKeyID)
        } catch {
            logger.error(
                "a secret cannot be opened with the configured keys",
                metadata: ["accessKey": "\(credential.accessKeyID)", "masterKey": "\(credential.secret.keyID)"])
            throw RPCError(.corrupted, subject: "credential", "the secret of the access key cannot be opened")
        }
    }
}
