package import ServiceKit
import Wire

/// Every call of auth with what answers it.
package enum AuthRoutes {
    package static func routes(of authority: Authority) -> RPCRoutes {
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
        return routes
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
