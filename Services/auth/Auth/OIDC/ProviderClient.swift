import Cryptography
import Signatures
import Wire

/// Speaks to the OpenID provider: where its endpoints are, which keys it signs with, and whom a code stands for.
package final class ProviderClient: Sendable {
    /// How long the provider's document and keys are kept.
    static let lifetime = Duration.seconds(3_600)
    /// The least time between two readings of either: no token makes auth ask more often.
    static let pause = Duration.seconds(5)
    static let maxCodeBytes = 4_096

    let rules: OIDCRules
    private let transport: any ProviderTransport
    private let time: TimeSource
    private let document: Refreshing<ProviderDocument>
    private let keys: Refreshing<ProviderKeys>

    package init(_ rules: OIDCRules, _ transport: any ProviderTransport, time: TimeSource = .system) {
        self.rules = rules
        self.transport = transport
        self.time = time
        let document = Refreshing(lifetime: Self.lifetime, pause: Self.pause, now: time.instant) {
            try ProviderDocument(try await Self.read(rules.documentURL, "document", transport), rules)
        }
        self.document = document
        keys = Refreshing(lifetime: Self.lifetime, pause: Self.pause, now: time.instant) {
            try ProviderKeys(try await Self.read(try await document.value().keysURL, "keys", transport))
        }
    }

    private static func read(
        _ url: String, _ what: String, _ transport: any ProviderTransport
    ) async throws(RPCError) -> [UInt8] {
        let (status, body) = try await transport.send(url, headers: [("Accept", "application/json")], form: nil)
        guard status == 200 else {
            throw .oidc(.unavailable, "the provider answers \(status) where its \(what) should be")
        }
        return body
    }

    /// Where the browser goes to log in.
    func loginURL(_ state: OIDCState) async throws -> String {
        let endpoint = try await document.value().authorizationEndpoint
        let query = Self.form([
            ("response_type", "code"), ("client_id", rules.clientID), ("redirect_uri", state.redirectURL),
            ("scope", rules.scopes.joined(separator: " ")), ("state", state.state), ("nonce", state.nonce),
            ("code_challenge", state.challenge), ("code_challenge_method", "S256"),
        ])
        return endpoint + (endpoint.contains("?") ? "&" : "?") + query
    }

    /// What the provider says of the person that a code stands for.
    ///
    /// - Parameter issuer: who says that it answers, where the provider tells.
    /// - Throws: `unauthenticated`, `unavailable`.
    func claims(for code: String, issuer: String?, _ state: OIDCState) async throws -> JSONMembers {
        let document = try await document.value()
        guard issuer == rules.issuer || issuer == nil && !document.namesIssuer else {
            throw RPCError.oidc(.refused, "the answer is of another issuer")
        }
        let token = try IDToken(try await exchange(code, state, document))
        var key = try await keys.value().key(for: token)
        if key == nil { key = try await keys.newerValue().key(for: token) }
        guard let key else {
            throw RPCError.oidc(.token, "the token is signed with a key that the provider does not tell")
        }
        let claims = try token.claims(signedWith: key)
        try IDTokenRules(issuer: rules.issuer, clientID: rules.clientID, nonce: state.nonce).check(
            claims, now: time.unixSeconds())
        return claims
    }

    /// Exchanges a code for the token that tells who somebody is.
    private func exchange(_ code: String, _ state: OIDCState, _ document: ProviderDocument) async throws -> String {
        var fields = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", state.redirectURL),
            ("code_verifier", state.verifier),
        ]
        var headers = [("Accept", "application/json"), ("Content-Type", "application/x-www-form-urlencoded")]
        if let secret = rules.clientSecret, !document.takesSecretInBody {
            let pair = "\(Self.encoded(rules.clientID)):\(Self.encoded(secret))"
            headers.append(("Authorization", "Basic \(Base64.encode(Array(pair.utf8)))"))
        } else {
            fields.append(("client_id", rules.clientID))
            if let secret = rules.clientSecret { fields.append(("client_secret", secret)) }
        }
        let (status, body) = try await transport.send(
            document.tokenEndpoint, headers: headers.map { (name: $0.0, value: $0.1) },
            form: Array(Self.form(fields).utf8))
        let members = try? JSONMembers(body)
        switch status {
        case 200: break
        case 400..<500:
            throw RPCError.oidc(.refused, "the provider refuses the code: \(Self.word(members?.text("error")))")
        default: throw RPCError.oidc(.unavailable, "the provider answers \(status) where it should give a token")
        }
        guard let members else { throw RPCError.oidc(.unavailable, "the provider's answer is no JSON object") }
        guard let token = members.text("id_token") else {
            throw RPCError.oidc(.token, "the provider sent no token that tells who somebody is")
        }
        return token
    }

    /// A word of the protocol (RFC 6749), safe to write down.
    static func word(_ text: String?) -> String {
        let word = (text ?? "").prefix(64).prefix { $0.isASCII && ($0 == "_" || $0.isLetter) }
        return word.isEmpty ? "no reason" : String(word)
    }

    private static func form(_ fields: [(String, String)]) -> String {
        fields.map { "\(encoded($0.0))=\(encoded($0.1))" }.joined(separator: "&")
    }

    private static func encoded(_ text: String) -> String {
        PercentEncoding.encode(text.utf8, keepingSlash: false)
    }
}
