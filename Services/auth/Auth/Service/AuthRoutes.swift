import JSONCodec
package import ServiceKit
import Wire

/// Every call of auth with what answers it.
package enum AuthRoutes {
    package static func routes(of authority: Authority, _ audit: AuditLog) -> RPCRoutes {
        var routes = RPCRoutes()
        on(GetSetupState.self, &routes) { _, context in try await authority.setupState(context) }
        on(SetUp.self, &routes) { try await authority.setUp($0, $1) }
        on(GetSigningKey.self, &routes) { try await authority.signingKey($0, $1) }
        on(VerifySignatureV2.self, &routes) { try await authority.verifyV2($0, $1) }
        on(VerifySecret.self, &routes) { try await authority.verifySecret($0, $1) }
        on(LogIn.self, &routes) { try await authority.logIn($0, $1) }
        on(VerifyToken.self, &routes) { try await authority.verifyToken($0, $1) }
        on(GetPurposeKeys.self, &routes) { try await authority.purposeKeys($0, $1) }
        on(GetUser.self, &routes) { try await authority.user($0, $1) }
        on(SetPassword.self, &routes) { try await authority.setPassword($0, $1) }
        on(RemovePassword.self, &routes) { try await authority.removePassword($0, $1) }
        on(LogInWithPassword.self, &routes) { try await authority.logIn($0, $1) }
        on(BeginOIDC.self, &routes) { try await authority.begin($0, $1) }
        on(FinishOIDC.self, &routes) { try await authority.finish($0, $1) }
        on(LogOut.self, &routes) { try await authority.logOut($0, $1) }
        addDirectory(of: authority, &routes)
        on(AppendAudit.self, &routes) { try await audit.append($0, $1) }
        on(ListAudit.self, &routes) { try await audit.list($0, $1) }
        return routes
    }

    private static func addDirectory(of authority: Authority, _ routes: inout RPCRoutes) {
        on(ListUsers.self, &routes) { try await authority.users($0, $1) }
        on(CreateUser.self, &routes) { try await authority.create($0, $1) }
        on(DeleteUser.self, &routes) { try await authority.delete($0, $1) }
        on(ListGroups.self, &routes) { try await authority.groups($0, $1) }
        on(GetGroup.self, &routes) { try await authority.group($0, $1) }
        on(CreateGroup.self, &routes) { try await authority.create($0, $1) }
        on(DeleteGroup.self, &routes) { try await authority.delete($0, $1) }
        on(ListGroupMembers.self, &routes) { try await authority.members($0, $1) }
        on(AddGroupMember.self, &routes) { try await authority.add($0, $1) }
        on(RemoveGroupMember.self, &routes) { try await authority.remove($0, $1) }
        on(ListPolicies.self, &routes) { try await authority.policies($0, $1) }
        on(GetPolicy.self, &routes) { try await authority.policy($0, $1) }
        on(CreatePolicy.self, &routes) { try await authority.create($0, $1) }
        on(UpdatePolicy.self, &routes) { try await authority.update($0, $1) }
        on(DeletePolicy.self, &routes) { try await authority.delete($0, $1) }
        on(AttachPolicy.self, &routes) { try await authority.attach($0, $1) }
        on(DetachPolicy.self, &routes) { try await authority.detach($0, $1) }
        on(ListCredentials.self, &routes) { try await authority.credentials($0, $1) }
        on(CreateCredential.self, &routes) { try await authority.create($0, $1) }
        on(GetCredential.self, &routes) { try await authority.credential($0, $1) }
        on(DeleteCredential.self, &routes) { try await authority.delete($0, $1) }
        on(CreateSession.self, &routes) { try await authority.createSession($0, $1) }
        on(ListSessions.self, &routes) { try await authority.sessions($0, $1) }
        on(EndSession.self, &routes) { try await authority.endSession($0, $1) }
        on(ListExternalPrincipals.self, &routes) { try await authority.externalPrincipals($0, $1) }
        on(GetExternalPrincipal.self, &routes) { try await authority.externalPrincipal($0, $1) }
        on(CreateExternalPrincipal.self, &routes) { try await authority.create($0, $1) }
        on(DeleteExternalPrincipal.self, &routes) { try await authority.delete($0, $1) }
    }

    private static func on<Method: RPCMethod>(
        _ method: Method.Type, _ routes: inout RPCRoutes,
        _ carryOut: @escaping @Sendable (Method.Request, CallContext) async throws -> Void
    ) where Method.Response == Nothing {
        on(method, &routes) { request, context in
            try await carryOut(request, context)
            return Nothing()
        }
    }

    /// Answers a method, errors of the store turned into those that callers know.
    private static func on<Method: RPCMethod>(
        _ method: Method.Type, _ routes: inout RPCRoutes,
        _ answer: @escaping @Sendable (Method.Request, CallContext) async throws -> Method.Response
    ) {
        routes.on(method) { request, context, _ in
            do {
                return try await answer(request, context)
            } catch {
                throw RPCError(cause: error) ?? error
            }
        }
    }
}
