import JSONCodec
import Wire

/// What a provider tells of itself (OpenID Connect Discovery 1.0).
struct ProviderDocument: Sendable, Hashable {
    let authorizationEndpoint: String
    let tokenEndpoint: String
    let keysURL: String
    /// Whether the secret goes into the body of a request for a token, not into its header.
    let takesSecretInBody: Bool
    /// Whether answers to a browser name the issuer (RFC 9207).
    let namesIssuer: Bool

    /// - Throws: `unavailable` for a document that is none, of another issuer, or with a URL that is not taken.
    init(_ bytes: [UInt8], _ rules: OIDCRules) throws(RPCError) {
        let members: JSONMembers
        do { members = try JSONMembers(bytes) } catch {
            throw .oidc(.unavailable, "the provider's document is no JSON object: \(error.reason)")
        }
        guard members.text("issuer") == rules.issuer else {
            throw .oidc(
                .unavailable,
                "the provider's document is of the issuer '\(members.text("issuer")?.prefix(200) ?? "")', not the configured one"
            )
        }
        func url(_ name: String) throws(RPCError) -> String {
            guard let url = members.text(name) else {
                throw .oidc(.unavailable, "the provider's document lacks \(name)")
            }
            if let reason = rules.refusal(ofURL: url) {
                throw .oidc(.unavailable, "\(name) of the provider's document \(reason)")
            }
            return url
        }
        authorizationEndpoint = try url("authorization_endpoint")
        tokenEndpoint = try url("token_endpoint")
        keysURL = try url("jwks_uri")
        let methods = members.texts("token_endpoint_auth_methods_supported") ?? ["client_secret_basic"]
        takesSecretInBody = !methods.contains("client_secret_basic") && methods.contains("client_secret_post")
        namesIssuer = members["authorization_response_iss_parameter_supported"] == .flag(true)
    }
}

extension RPCError {
    /// - Parameter reason: for the log and the audit log; holds nothing that the provider or the browser sent in secret.
    static func oidc(_ failure: OIDCFailure, _ reason: String) -> RPCError {
        let code: Code =
            switch failure {
            case .notConfigured: .notFound
            case .unavailable: .unavailable
            case .busy: .resourceExhausted
            case .state, .denied, .refused, .token, .user: .unauthenticated
            }
        return RPCError(code, subject: failure.rawValue, reason)
    }
}
