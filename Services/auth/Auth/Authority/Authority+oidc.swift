import Cryptography
import Logging
package import Wire

/// Logging in with an OpenID provider.
extension Authority {
    /// The path that a browser goes on to; printable, so that it fits into a header as it is.
    private static let maxNextBytes = 1_024
    private static let maxRedirectBytes = 512

    /// - Throws: `notFound` where there is no provider, `unavailable`, `invalidArgument`.
    package func begin(_ request: BeginOIDC.Request, _ context: CallContext) async throws -> BeginOIDC.Response {
        guard let provider else { throw RPCError.oidc(.notConfigured, "no OpenID provider is configured") }
        guard request.next.utf8.count <= Self.maxNextBytes, request.redirectURL.utf8.count <= Self.maxRedirectBytes
        else {
            throw RPCError(
                .invalidArgument, subject: "next", "a place to go on to has at most \(Self.maxNextBytes) bytes")
        }
        let state = try OIDCState(request, now: time.unixSeconds())
        return BeginOIDC.Response(
            providerURL: try await provider.loginURL(state), state: try state.sealed(keys),
            seconds: OIDCState.lifetimeSeconds)
    }

    /// - Throws: with an `OIDCFailure` as subject; each counts as a miss of the client.
    package func finish(_ request: FinishOIDC.Request, _ context: CallContext) async throws -> FinishOIDC.Response {
        guard let provider else { throw RPCError.oidc(.notConfigured, "no OpenID provider is configured") }
        do throws(RPCError) {
            try gate.check("", context.clientAddress, now: time.instant())
        } catch {
            throw RPCError.oidc(.busy, error.message)
        }
        do {
            let (state, claims) = try await answer(request, of: provider)
            let person = try OIDCPerson(claims, provider.rules.people, issuer: provider.rules.issuer)
            let userID = try await user(for: person, provider.rules.people, context)
            try await setGroups(of: userID, as: person, provider.rules.people, context)
            guard let incarnation = try await store.incarnation(of: userID, deadline: context.deadline) else {
                throw RPCError.oidc(.user, "the user was deleted meanwhile")
            }
            let login = try tokens.issue(
                to: userID, incarnation: incarnation, by: .externalPrincipal(person.identity), now: time.unixSeconds())
            return FinishOIDC.Response(login: login, userID: userID, next: state.next)
        } catch let error as RPCError where OIDCFailure(rawValue: error.subject) != nil {
            gate.missed("", context.clientAddress, isUnknown: false, now: time.instant())
            logger.notice(
                "refused a log-in with the OpenID provider",
                metadata: [
                    "failure": "\(error.subject)", "reason": "\(error.message)",
                    "client": "\(context.clientAddress ?? "unknown")",
                ])
            throw error
        }
    }

    /// What the provider says of who brought this answer.
    private func answer(
        _ request: FinishOIDC.Request, of provider: ProviderClient
    ) async throws -> (OIDCState, JSONMembers) {
        guard let state = OIDCState(sealed: request.sealed, keys, now: time.unixSeconds()) else {
            throw RPCError.oidc(.state, "the browser brought no log-in that began lately")
        }
        guard ConstantTime.equal(request.state ?? "", state.state) else {
            throw RPCError.oidc(.state, "the answer belongs to another log-in")
        }
        if let error = request.error {
            let word = ProviderClient.word(error)
            throw RPCError.oidc(word == "access_denied" ? .denied : .refused, "the provider says \(word)")
        }
        guard let code = request.code, (1...ProviderClient.maxCodeBytes).contains(code.utf8.count) else {
            throw RPCError.oidc(.refused, "the provider sent no code")
        }
        return (state, try await provider.claims(for: code, issuer: request.issuer, state))
    }

    /// The user that a person is, made or taken over at the first log-in where the rules say so.
    private func user(
        for person: OIDCPerson, _ rules: PeopleRules, _ context: CallContext
    ) async throws -> String {
        let deadline = context.deadline
        if let tied = try await store.externalPrincipal(person.identity, deadline: deadline) {
            try await store.describe(
                tied.userID, friendlyName: person.friendlyName, email: person.email, deadline: deadline)
            return tied.userID
        }
        let principal = ExternalPrincipal(id: person.identity, userID: person.userID)
        do {
            if try await store.user(person.userID, deadline: deadline) != nil {
                guard rules.takesUsers else {
                    throw RPCError.oidc(.user, "there is a user of this name who is not tied to the provider")
                }
                try await store.add(principal, deadline: deadline)
            } else {
                guard rules.makesUsers else { throw RPCError.oidc(.user, "there is no user for this person") }
                try DirectoryName.check(person.userID, of: "user")
                let user = User(
                    id: person.userID, created: 0, friendlyName: person.friendlyName, email: person.email,
                    externalID: person.subject, source: "oidc")
                try await store.add(user, tiedTo: principal, groups: rules.defaultGroups, deadline: deadline)
            }
            logger.notice("tied a user to the OpenID provider", metadata: ["user": "\(person.userID)"])
            return person.userID
        } catch let error as RPCError where error.code == .alreadyExists {
            // Two log-ins of the same person at once.
            guard let tied = try await store.externalPrincipal(person.identity, deadline: deadline) else {
                throw RPCError.oidc(.user, "the user's name was taken meanwhile")
            }
            return tied.userID
        } catch let error as RPCError where error.code == .invalidArgument {
            throw RPCError.oidc(.user, error.message)
        }
    }

    /// Puts a user into the groups that the provider says, and takes it out of those others that the rules speak of.
    ///
    /// A group that is not there, one too many, and the last administrator are passed over: rights that are missing are no
    /// reason to keep somebody out. Groups that the rules do not speak of are nobody's business here.
    private func setGroups(
        of user: String, as person: OIDCPerson, _ rules: PeopleRules, _ context: CallContext
    ) async throws {
        guard let wanted = person.groups else { return }
        let range = ListRange(amount: 1_000)
        let present = Set(try await store.groups(of: user, range, deadline: context.deadline).results.map(\.id))
        for group in Set(rules.groups.values).intersection(present).subtracting(wanted).sorted() {
            try await passingOver([.forbidden, .notFound], user, group) {
                try await store.remove(Membership(groupID: group, userID: user), deadline: context.deadline)
            }
        }
        for group in wanted.subtracting(present).sorted() {
            try await passingOver([.notFound, .invalidArgument], user, group) {
                try await store.add(Membership(groupID: group, userID: user), deadline: context.deadline)
            }
        }
    }

    private func passingOver(
        _ codes: [RPCError.Code], _ user: String, _ group: String, _ change: () async throws -> Void
    ) async throws {
        do {
            try await change()
        } catch let error as RPCError where codes.contains(error.code) {
            logger.warning(
                "a membership stays as it is, whatever the provider says",
                metadata: ["user": "\(user)", "group": "\(group)", "reason": "\(error.message)"])
        }
    }
}
