import Cryptography
import Logging
import Synchronization
package import Wire

extension Authority {
    package func setupState(_ context: CallContext) async throws -> SetupState {
        let label = provider?.rules.label
        if isInitialized.load(ordering: .relaxed) { return SetupState(isInitialized: true, provider: label) }
        let isDone = try await store.isInitialized(deadline: context.deadline)
        if isDone { isInitialized.store(true, ordering: .relaxed) }
        return SetupState(isInitialized: isDone, provider: label)
    }

    /// Makes the administrator, once.
    ///
    /// - Throws: `alreadyExists`, `permissionDenied` for a wrong token or where none is configured, `invalidArgument`.
    package func setUp(_ request: SetUp.Request, _ context: CallContext) async throws -> AccessKey {
        let done = RPCError(.alreadyExists, subject: "setup", "the first set-up was done before")
        guard try await !setupState(context).isInitialized else { throw done }
        guard let token = rules.setupToken else {
            throw RPCError(.permissionDenied, subject: "setup", "no set-up token is configured")
        }
        guard ConstantTime.equal(token, request.setupToken) else {
            logger.warning("a set-up with a wrong token", metadata: ["client": "\(context.clientAddress ?? "unknown")"])
            throw RPCError(.permissionDenied, subject: "setup", "the set-up token is missing or wrong")
        }
        try DirectoryName.check(request.userID, of: "user")
        let (accessKeyID, secret) = try Self.pair(request)
        let credential = StoredCredential(
            accessKeyID: accessKeyID, userID: request.userID, secret: try keys.seal(secret, of: accessKeyID))
        guard let created = try await store.setUp(credential, deadline: context.deadline) else { throw done }
        isInitialized.store(true, ordering: .relaxed)
        gate.found(accessKeyID, now: time.instant())
        logger.notice("set up", metadata: ["user": "\(request.userID)", "accessKey": "\(accessKeyID)"])
        return AccessKey(accessKeyID: accessKeyID, secretAccessKey: secret, created: created)
    }

    /// The key the caller brings along, or a new one.
    private static func pair(_ request: SetUp.Request) throws -> (accessKeyID: String, secret: String) {
        switch (request.accessKeyID, request.secretAccessKey) {
        case (let accessKeyID?, let secret?):
            try AccessKeyID.check(accessKeyID)
            try SecretAccessKey.check(secret)
            return (accessKeyID, secret)
        case (nil, nil): return (try AccessKeyID.random(), try SecretAccessKey.random())
        default:
            throw RPCError(
                .invalidArgument, subject: "credential", "an access key id and its secret come together or not at all")
        }
    }

    /// Gives a user the rights of an administrator: the way back where all administrators lost them.
    ///
    /// - Throws: `notFound` for an unknown user.
    package func makeAdministrator(_ userID: String, deadline: ContinuousClock.Instant) async throws {
        try await store.makeAdministrator(userID, deadline: deadline)
        logger.notice("made an administrator", metadata: ["user": "\(userID)"])
    }

    /// Another key for an existing user, such as an administrator who lost the first.
    ///
    /// - Throws: `notFound` for an unknown user; `invalidArgument` where it has too many.
    package func addKey(
        userID: String, name: String? = nil, expires: Int64? = nil, deadline: ContinuousClock.Instant
    ) async throws -> AccessKey {
        let (accessKeyID, secret) = (try AccessKeyID.random(), try SecretAccessKey.random())
        let credential = StoredCredential(
            accessKeyID: accessKeyID, userID: userID, secret: try keys.seal(secret, of: accessKeyID), name: name,
            expires: expires)
        guard let created = try await store.add(credential, deadline: deadline) else {
            throw RPCError.missing("user")
        }
        logger.notice("added a key", metadata: ["user": "\(userID)", "accessKey": "\(accessKeyID)"])
        return AccessKey(accessKeyID: accessKeyID, secretAccessKey: secret, created: created)
    }
}
