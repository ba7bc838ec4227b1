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
        return try tokens.issue(to: credential.userID, now: time.unixSeconds())
    }

    /// - Throws: `unauthenticated`, also where the user is no more.
    package func verifyToken(_ request: VerifyToken.Request, _ context: CallContext) async throws -> Verified {
        guard let userID = tokens.user(of: request.token, now: time.unixSeconds()),
            try await store.user(userID, deadline: context.deadline) != nil
        else { throw Self.unauthenticated }
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
