package import ServiceKit

extension OIDCRules {
    private static let maxGroups = 1_000

    /// Nil where no issuer is configured.
    ///
    /// - Throws: `ConfigurationError`.
    package init?(_ environment: Environment) throws {
        guard let issuer = environment.string("TARN_OIDC_ISSUER") else { return nil }
        self.init(
            issuer: issuer, clientID: try environment.required("TARN_OIDC_CLIENT_ID"),
            clientSecret: try environment.secret("TARN_OIDC_CLIENT_SECRET"))
        allowsHTTP = try environment.flag("TARN_OIDC_ALLOW_HTTP", default: false)
        if let reason = refusal(ofURL: issuer) ?? (issuer.contains("?") ? "has a query" : nil) {
            throw ConfigurationError("TARN_OIDC_ISSUER", reason)
        }
        let scopes = environment.string("TARN_OIDC_SCOPES")?.split(separator: " ").map(String.init) ?? self.scopes
        guard scopes.contains("openid") else { throw ConfigurationError("TARN_OIDC_SCOPES", "lacks openid") }
        self.scopes = scopes
        label = environment.string("TARN_OIDC_LABEL", default: label)
        authorities = environment.string("TARN_OIDC_CA_FILE")
        people.userClaim = environment.string("TARN_OIDC_USER_CLAIM", default: people.userClaim)
        people.nameClaim = environment.string("TARN_OIDC_NAME_CLAIM", default: people.nameClaim)
        people.emailClaim = environment.string("TARN_OIDC_EMAIL_CLAIM", default: people.emailClaim)
        people.groupsClaim = environment.string("TARN_OIDC_GROUPS_CLAIM")
        people.groups = try Self.groups(environment)
        people.defaultGroups = environment.list("TARN_OIDC_DEFAULT_GROUPS")
        people.makesUsers = try environment.flag("TARN_OIDC_CREATE_USERS", default: people.makesUsers)
        people.takesUsers = try environment.flag("TARN_OIDC_LINK_USERS", default: people.takesUsers)
    }

    /// `outside=group` between semicolons; the last `=` counts, as names of directories have some themselves.
    private static func groups(_ environment: Environment) throws(ConfigurationError) -> [String: String] {
        let variable = "TARN_OIDC_GROUPS"
        var groups: [String: String] = [:]
        for pair in (environment.string(variable) ?? "").split(separator: ";") {
            guard let equals = pair.lastIndex(of: "=") else {
                throw ConfigurationError(variable, "has '\(pair)', not outside=group")
            }
            let (outside, group) = (trimmed(pair[..<equals]), trimmed(pair[pair.index(after: equals)...]))
            guard !outside.isEmpty, !group.isEmpty, groups.updateValue(group, forKey: outside) == nil else {
                throw ConfigurationError(variable, "has '\(pair)', which lacks a name or comes twice")
            }
        }
        guard groups.count <= maxGroups else { throw ConfigurationError(variable, "has more than \(maxGroups) groups") }
        return groups
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
