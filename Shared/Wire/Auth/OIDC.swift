import JSONCodec

/// Why a log-in with an OpenID provider came to nothing: the subject of the error, and what the login page is told.
package enum OIDCFailure: String, Sendable, CaseIterable {
    /// No provider is configured.
    case notConfigured = "oidc_not_configured"
    /// The answer does not belong to a log-in that this browser began a short while ago.
    case state = "oidc_state"
    /// The person, or the provider for it, said no.
    case denied = "oidc_denied"
    /// The provider refused the request or the code.
    case refused = "oidc_refused"
    /// The provider does not answer, or not as OpenID Connect has it.
    case unavailable = "oidc_unavailable"
    /// The provider's token is not good for this log-in.
    case token = "oidc_token"
    /// The provider knows the person, and there is no user for it.
    case user = "oidc_user"
    /// Too many log-ins came to nothing.
    case busy = "oidc_busy"
}

/// Begins a log-in with the OpenID provider. Errors: `notFound` and `unavailable`, with an `OIDCFailure` as subject.
package enum BeginOIDC: RPCMethod {
    package static let name = "auth.beginOIDC"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        /// Where the provider sends the browser back to.
        package var redirectURL: String
        /// Where the browser goes on then: a path.
        package var next: String

        package init(redirectURL: String, next: String) {
            self.redirectURL = redirectURL
            self.next = next
        }
    }

    package struct Response: CodableMessage {
        /// Where the browser goes to log in.
        package var providerURL: String
        /// What the browser keeps meanwhile, sealed: letters, digits, `-`, `_` and one dot.
        package var state: String
        /// How long it is good for.
        package var seconds: Int64

        package init(providerURL: String, state: String, seconds: Int64) {
            self.providerURL = providerURL
            self.state = state
            self.seconds = seconds
        }
    }
}

/// Ends a log-in with the OpenID provider. Errors: `unauthenticated`, `notFound`, `unavailable` and `resourceExhausted`, with an
/// `OIDCFailure` as subject.
package enum FinishOIDC: RPCMethod {
    package static let name = "auth.finishOIDC"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = false
    package static let isSmall = false

    /// What the browser brought along; nothing of it was checked.
    package struct Request: CodableMessage {
        /// What it kept.
        package var sealed: String?
        package var state: String?
        package var code: String?
        /// The provider's own refusal.
        package var error: String?
        package var issuer: String?

        package init(sealed: String?, state: String?, code: String?, error: String? = nil, issuer: String? = nil) {
            self.sealed = sealed
            self.state = state
            self.code = code
            self.error = error
            self.issuer = issuer
        }
    }

    package struct Response: CodableMessage {
        package var login: LoginToken
        package var userID: String
        /// Where the browser goes on.
        package var next: String

        package init(login: LoginToken, userID: String, next: String) {
            self.login = login
            self.userID = userID
            self.next = next
        }
    }
}
