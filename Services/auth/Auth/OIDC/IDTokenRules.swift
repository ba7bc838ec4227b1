import Cryptography
import Wire

/// What the claims of a token must say to be good for one log-in (OpenID Connect Core 1.0, §3.1.3.7).
struct IDTokenRules: Sendable {
    /// How far the provider's clock may be off, in seconds.
    static let leewaySeconds: Int64 = 60
    static let maxSubjectBytes = 255

    let issuer: String
    let clientID: String
    let nonce: String

    /// - Parameter now: seconds since 1970.
    /// - Throws: `unauthenticated` with the rule that is broken.
    func check(_ claims: JSONMembers, now: Int64) throws(RPCError) {
        func require(_ holds: Bool, _ reason: String) throws(RPCError) {
            if !holds { throw .oidc(.token, reason) }
        }
        try require(claims.text("iss") == issuer, "the token is of another issuer")
        let audience = claims.texts("aud") ?? []
        try require(audience.contains(clientID), "the token is for another client")
        let party = claims.text("azp")
        try require(party == nil && audience.count == 1 || party == clientID, "the token was issued to another client")
        guard let expires = claims.time("exp") else { throw .oidc(.token, "the token does not say when it ends") }
        try require(now - Self.leewaySeconds < expires, "the token's time is over")
        guard let issued = claims.time("iat") else { throw .oidc(.token, "the token does not say when it was issued") }
        try require(issued <= now + Self.leewaySeconds, "the token was issued in the future")
        if claims["nbf"] != nil {
            try require(
                claims.time("nbf").map { $0 <= now + Self.leewaySeconds } ?? false, "the token's time is still to come")
        }
        try require(ConstantTime.equal(claims.text("nonce") ?? "", nonce), "the token belongs to another log-in")
        let subject = claims.text("sub") ?? ""
        try require((1...Self.maxSubjectBytes).contains(subject.utf8.count), "the token names nobody")
    }
}
