import Cryptography
import Logging
import Policy
package import Wire

/// Sessions: access keys that come with a token, are for S3 only, and end by themselves.
extension Authority {
    /// How long a session may be good for, in seconds: as Amazon's of GetSessionToken.
    private static let sessionSeconds: ClosedRange<Int64> = 900...129_600
    /// The random bytes of a token.
    private static let tokenBytes = 32

    /// - Throws: `unauthenticated`, `notFound`, `permissionDenied` for a session, `invalidArgument`.
    package func createSession(_ request: CreateSession.Request, _ context: CallContext) async throws -> SessionKey {
        try await check(request, context)
        let maker = try await maker(request, context)
        let now = time.unixSeconds()
        let expires = min(now + request.seconds, maker.expires ?? .max)
        let (accessKeyID, secret) = (try AccessKeyID.randomOfSession(), try SecretAccessKey.random())
        let token = Base64.encode(try SecureRandom.bytes(Self.tokenBytes), .url)
        let session = StoredSession(
            tokenDigest: SHA256.hash(token.utf8), grant: maker.grant, loginID: maker.loginID, bounds: request.bounds)
        let credential = StoredCredential(
            accessKeyID: accessKeyID, userID: maker.userID, secret: try keys.seal(secret, of: accessKeyID),
            name: request.name, expires: expires, session: session)
        guard try await store.add(credential, session, deadline: context.deadline) else { throw Self.unauthenticated }
        logger.notice("made a session", metadata: ["user": "\(maker.userID)", "accessKey": "\(accessKeyID)"])
        return SessionKey(
            accessKeyID: accessKeyID, secretAccessKey: secret, sessionToken: token, expires: expires)
    }

    private struct Maker {
        let userID: String
        let grant: Session.Grant
        let loginID: String?
        /// The end of its login.
        let expires: Int64?
    }

    private func maker(_ request: CreateSession.Request, _ context: CallContext) async throws -> Maker {
        switch (request.accessKeyID, request.token) {
        case (let id?, nil):
            let credential = try await credential(id, context)
            guard credential.session == nil else { throw Self.ofSession("make another") }
            return Maker(userID: credential.userID, grant: .accessKey(id), loginID: nil, expires: credential.expires)
        case (nil, let token?):
            let now = time.unixSeconds()
            guard let login = tokens.session(of: token, now: now),
                try await store.isGood(login, now: now, deadline: context.deadline)
            else { throw Self.unauthenticated }
            return Maker(userID: login.userID, grant: login.grant, loginID: login.id, expires: login.expires)
        default: throw Self.unauthenticated
        }
    }

    static func ofSession(_ refused: String) -> RPCError {
        RPCError(.permissionDenied, subject: "session", "a session cannot \(refused)")
    }

    private func check(_ request: CreateSession.Request, _ context: CallContext) async throws {
        func invalid(_ reason: String) -> RPCError { RPCError(.invalidArgument, subject: "session", reason) }
        guard Self.sessionSeconds.contains(request.seconds) else {
            throw invalid(
                "a session is good for \(Self.sessionSeconds.lowerBound) to \(Self.sessionSeconds.upperBound) seconds")
        }
        try DirectoryName.checkText(
            request.name, "a session's name", of: "session", maxBytes: DirectoryLimits.keyNameBytes)
        guard request.bounds.count <= DirectoryLimits.boundsOfSession else {
            throw invalid("a session has at most \(DirectoryLimits.boundsOfSession) sets of policies")
        }
        for bound in request.bounds {
            guard bound.policyIDs.count <= DirectoryLimits.policiesOfBound else {
                throw invalid("a session names at most \(DirectoryLimits.policiesOfBound) policies")
            }
            guard !bound.policyIDs.isEmpty || !bound.statement.isEmpty else {
                throw invalid("the policies of a session cannot be an empty list")
            }
            for id in bound.policyIDs where try await store.policy(id, deadline: context.deadline) == nil {
                throw RPCError(.notFound, subject: "policy", "policy '\(id.prefix(255))' not found")
            }
            guard !bound.statement.isEmpty else { continue }
            do {
                try PolicyDocument(id: "session", statement: bound.statement).check()
            } catch { throw invalid(error.reason) }
        }
    }

    /// What requests of a session are held to beside the rights of its user.
    func terms(
        _ session: StoredSession, expires: Int64, _ context: CallContext
    ) async throws -> SessionTerms {
        var bounds: [[PolicyDocument]] = []
        for bound in session.bounds {
            var documents: [PolicyDocument] = []
            for id in bound.policyIDs {
                if let policy = try await store.policy(id, deadline: context.deadline) {
                    documents.append(policy.document)
                }
            }
            if !bound.statement.isEmpty { documents.append(PolicyDocument(id: "", statement: bound.statement)) }
            bounds.append(documents)
        }
        return SessionTerms(tokenDigest: session.tokenDigest.hex, expires: expires, bounds: bounds)
    }

    /// - Throws: `notFound`.
    package func sessions(
        _ request: ListSessions.Request, _ context: CallContext
    ) async throws -> Listed<Credential> {
        let range = try Self.checked(request.range)
        try await requireUser(request.userID, context)
        return try await store.sessions(of: request.userID, range, deadline: context.deadline)
    }

    /// - Throws: `notFound`.
    package func endSession(_ request: EndSession.Request, _ context: CallContext) async throws {
        try await requireUser(request.userID, context)
        try await store.removeSession(request.accessKeyID, of: request.userID, deadline: context.deadline)
        logger.notice(
            "ended a session",
            metadata: [
                "user": "\(request.userID)", "accessKey": "\(request.accessKeyID)", "by": "\(Self.actor(context))",
            ])
    }
}
