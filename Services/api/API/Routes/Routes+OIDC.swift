import NIOHTTP1
import Wire

/// Logging in with an OpenID provider: a browser is led there and back. What fails ends on the login page, which tells it.
extension Routes {
    private static let redirect = Reply.empty(
        302, "To the provider, to the place to go on to, or to the login page with `error`.")

    static let oidc: [Route] = [
        Route(
            "oidcLogin", .GET, "/oidc/login", .tarn, "Leads a browser to the OpenID provider to log in.",
            parameters: [
                .query("next", Schemas.localPath, "Where to go on to behind the log-in: a path of this installation.")
            ], replies: [redirect], access: .open
        ) { call in
            let request = BeginOIDC.Request(
                redirectURL: try call.ownURL + "/api/v1/oidc/callback", next: call.target.value("next") ?? "/")
            return try await call.orLoginPage {
                let begun = try await call.auth(BeginOIDC.self, request)
                return call.redirect(
                    to: begun.providerURL, cookies: [OIDCCookie.text(begun.state, seconds: begun.seconds, call)])
            }
        },
        Route(
            "oauthCallback", .GET, "/oidc/callback", .auth, "Ends a log-in with the OpenID provider.",
            parameters: ["code", "state", "error", "iss"].map {
                .query($0, .string, "As the provider sends it (OpenID Connect Core, RFC 9207).", allowsEmpty: true)
            }, replies: [redirect], access: .open, isLogIn: true
        ) { call in
            let request = FinishOIDC.Request(
                sealed: PresentedCredential.cookie(OIDCCookie.name, of: call.request.headers),
                state: call.target.value("state"), code: call.target.value("code"), error: call.target.value("error"),
                issuer: call.target.value("iss"))
            return try await call.orLoginPage {
                let done = try await call.auth(FinishOIDC.self, request)
                var answer = call.redirect(
                    to: done.next, cookies: [SessionCookie.text(done.login, call), OIDCCookie.none(call)])
                answer.audited = AuditedResult(status: answer.status, userID: done.userID)
                return answer
            }
        },
    ]
}

extension Call {
    fileprivate func redirect(to url: String, cookies: [String]) -> Answer {
        Answer(
            302,
            headers: [("Location", url), ("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer")]
                + cookies.map { ("Set-Cookie", $0) })
    }

    /// Leads a browser to the login page where a log-in fails. The page is told which kind of failure it was and nothing else;
    /// the audit log is told the reason.
    fileprivate func orLoginPage(_ body: () async throws -> Answer) async throws -> Answer {
        do {
            return try await body()
        } catch let error as RPCError {
            let failure = OIDCFailure(rawValue: error.subject) ?? (error.mayPass ? .unavailable : nil)
            guard let failure else { throw error }
            var answer = redirect(to: "/login?error=\(failure.rawValue)", cookies: [OIDCCookie.none(self)])
            answer.audited = AuditedResult(
                status: APIError.status(of: error), message: "\(failure.rawValue): \(error.message)")
            return answer
        }
    }
}
