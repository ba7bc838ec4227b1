package import Wire

extension Authority {
    /// - Throws: `unauthenticated`, `resourceExhausted`.
    package func verifySecret(_ request: VerifySecret.Request, _ context: CallContext) async throws -> Verified {
        let credential = try await verify(request.accessKeyID, request.secretAccessKey, context)
        return try await verified(credential, context)
    }

    /// - Throws: `unauthenticated`, `resourceExhausted`.
    package func logIn(_ request: LogIn.Request, _ context: CallContext) async throws -> LoginToken {
        let credential = try await verify(request.accessKeyID, request.secretAccessKey, context)
        guard let incarnation = try await store.incarnation(of: credential.userID, deadline: context.deadline) else {
            throw Self.unauthenticated
        }
        return try tokens.issue(
            to: credential.userID, incarnation: incarnation, by: .accessKey(credential.accessKeyID),
            now: time.unixSeconds())
    }

    /// - Throws: `unauthenticated`, also where the user, or what it logged in by, is no more, and after a log-out.
    package func verifyToken(_ request: VerifyToken.Request, _ context: CallContext) async throws -> Verified {
        let now = time.unixSeconds()
        guard let session = tokens.session(of: request.token, now: now),
            try await store.isGood(session, now: now, deadline: context.deadline)
        else { throw Self.unauthenticated }
        let userID = session.userID
        return Verified(principal: Principal(userID: userID), policies: try await policies(of: userID, context))
    }

    /// - Throws: `notFound`.
    package func user(_ request: GetUser.Request, _ context: CallContext) async throws -> User {
        guard let user = try await store.user(request.userID, deadline: context.deadline) else {
            throw RPCError.missing("user")
        }
        return user
    }
}
