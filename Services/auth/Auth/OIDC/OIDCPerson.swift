import Wire

/// Whom a token speaks of, as the installation's rules read its claims.
struct OIDCPerson: Sendable, Hashable {
    /// How many groups of a claim are looked at.
    static let maxGroups = 1_000

    /// What the provider calls it, and it alone, for ever.
    let subject: String
    /// The same among all systems: the id of the external principal that ties it to a user.
    let identity: String
    /// The name of the user to make.
    let userID: String
    let friendlyName: String?
    let email: String?
    /// The groups it is to be in, of those that the provider decides about; nil where it decides about none.
    let groups: Set<String>?

    /// - Throws: `unauthenticated` where the claim that names the user is missing, or an address nobody has verified.
    init(_ claims: JSONMembers, _ rules: PeopleRules, issuer: String) throws(RPCError) {
        guard let subject = claims.text("sub") else { throw .oidc(.token, "the token names nobody") }
        guard let userID = claims.text(rules.userClaim) else {
            throw .oidc(.user, "the token has no text '\(rules.userClaim)' to name the user by")
        }
        let isDoubtful = claims["email_verified"] == .flag(false) || claims.text("email_verified") == "false"
        guard rules.userClaim != "email" || !isDoubtful else {
            throw .oidc(.user, "the e-mail address that names the user is not verified")
        }
        self.subject = subject
        // An issuer has no `#`.
        identity = "\(issuer)#\(subject)"
        self.userID = userID
        friendlyName = Self.shown(claims.text(rules.nameClaim), maxBytes: DirectoryLimits.friendlyNameBytes)
        email = Self.shown(claims.text(rules.emailClaim), maxBytes: DirectoryLimits.emailBytes)
        groups = rules.groupsClaim.map { claim in
            Set((claims.texts(claim) ?? []).prefix(Self.maxGroups).compactMap { rules.groups[$0] })
        }
    }

    /// A text for people; nil for one that the directory would refuse, which is no reason to refuse the person.
    private static func shown(_ text: String?, maxBytes: Int) -> String? {
        guard let text, (try? DirectoryName.checkText(text, "a text", of: "user", maxBytes: maxBytes)) != nil else {
            return nil
        }
        return text
    }
}
