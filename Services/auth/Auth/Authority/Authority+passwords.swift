import Logging
package import Wire

/// Passwords, and sessions that begin with them or end.
extension Authority {
    /// - Throws: `notFound`, `invalidArgument`, `resourceExhausted` where too many are hashed.
    package func setPassword(_ request: SetPassword.Request, _ context: CallContext) async throws {
        try PasswordRule.check(request.password, of: request.userID)
        guard try await store.user(request.userID, deadline: context.deadline) != nil else {
            throw RPCError.missing("user")
        }
        let password = try await passwords.make(request.password)
        try await store.set(password, of: request.userID, deadline: context.deadline)
        logger.notice("set a password", metadata: ["user": "\(request.userID)", "by": "\(Self.actor(context))"])
    }

    /// - Throws: `notFound`.
    package func removePassword(_ request: RemovePassword.Request, _ context: CallContext) async throws {
        try await store.removePassword(of: request.userID, deadline: context.deadline)
        logger.notice("removed a password", metadata: ["user": "\(request.userID)", "by": "\(Self.actor(context))"])
    }

    /// An unknown user, one without a password and a wrong password take the same way.
    ///
    /// - Throws: `unauthenticated`; `resourceExhausted` for one that guesses, and where too many log in.
    package func logIn(_ request: LogInWithPassword.Request, _ context: CallContext) async throws -> LoginToken {
        let user = request.userID
        guard (1...DirectoryName.maxBytes).contains(user.utf8.count), !user.utf8.contains(0),
            request.password.utf8.count <= PasswordRule.lengths.upperBound
        else { throw Self.unauthenticated }
        try passwordGate.begin(user, context.clientAddress, now: time.instant())
        async let found = store.password(of: user, deadline: context.deadline)
        async let incarnation = store.incarnation(of: user, deadline: context.deadline)
        let (stored, same) = try await (found, incarnation)
        let isRight = try await passwords.matches(request.password, stored?.password)
        guard isRight, let stored, let same else { throw Self.unauthenticated }
        passwordGate.succeeded(user, context.clientAddress, now: time.instant())
        return try tokens.issue(
            to: user, incarnation: same, by: .password(generation: stored.generation), now: time.unixSeconds())
    }

    /// Ends a session; a token that is good for nothing is left as it is.
    package func logOut(_ request: LogOut.Request, _ context: CallContext) async throws {
        guard let session = tokens.session(of: request.token, now: time.unixSeconds()) else { return }
        try await store.end(session, deadline: context.deadline)
    }
}
