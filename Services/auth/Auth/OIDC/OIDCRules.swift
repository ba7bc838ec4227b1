/// What an installation decides about logging in with an OpenID provider.
package struct OIDCRules: Sendable {
    /// As the provider writes it, to the byte.
    package var issuer: String
    package var clientID: String
    /// Nil for a client without one, which PKCE alone protects.
    package var clientSecret: String?
    /// `openid` is among them.
    package var scopes = ["openid", "profile", "email"]
    /// What people call the provider.
    package var label = "single sign-on"
    /// Whether the provider may be elsewhere than on this machine without TLS.
    package var allowsHTTP = false
    /// A file of certificate authorities (PEM) in place of the system's.
    package var authorities: String?
    package var people = PeopleRules()

    package init(issuer: String, clientID: String, clientSecret: String? = nil) {
        self.issuer = issuer
        self.clientID = clientID
        self.clientSecret = clientSecret
    }

    static let maxURLBytes = 2048

    /// Where the provider tells its endpoints.
    var documentURL: String {
        "\(issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer)/.well-known/openid-configuration"
    }

    /// Why a URL of the provider is not taken; nil where it is fine.
    func refusal(ofURL url: String) -> String? {
        guard url.utf8.count <= Self.maxURLBytes else { return "is longer than \(Self.maxURLBytes) bytes" }
        guard url.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }) else {
            return "has characters that no URL has"
        }
        let isTLS = url.hasPrefix("https://")
        guard isTLS || url.hasPrefix("http://") else { return "is neither https:// nor http://" }
        let authority = url.dropFirst(isTLS ? 8 : 7).prefix { !"/?#".contains($0) }
        guard !authority.isEmpty, !authority.contains("@"), !url.contains("#") else {
            return "is not https://host[:port]/path"
        }
        guard isTLS || allowsHTTP || Self.isLoopback(authority) else { return "needs https://" }
        return nil
    }

    private static func isLoopback(_ authority: Substring) -> Bool {
        if authority == "[::1]" || authority.hasPrefix("[::1]:") { return true }
        let host = authority.prefix { $0 != ":" }
        if host == "localhost" { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers[0] == "127" && numbers.allSatisfy { UInt8($0) != nil }
    }
}

/// Who of those that the provider knows is a user, and in which groups.
package struct PeopleRules: Sendable {
    /// The claims that name a user, and what people call it.
    package var userClaim = "sub"
    package var nameClaim = "name"
    package var emailClaim = "email"
    /// The claim with the groups that the provider puts a person in; nil to leave groups alone.
    package var groupsClaim: String?
    /// Groups by what the provider calls them.
    package var groups: [String: String] = [:]
    /// The groups of a user that is made.
    package var defaultGroups: [String] = []
    /// Whether a user is made for who logs in for the first time.
    package var makesUsers = true
    /// Whether who logs in for the first time becomes the user that has the name already.
    package var takesUsers = false

    package init() {}
}
