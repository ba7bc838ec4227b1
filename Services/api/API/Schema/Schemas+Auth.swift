extension Schemas {
    static let loginInformation = Schema.named(
        "LoginInformation",
        .object([.required("access_key_id", .string), .required("secret_access_key", .string)]))

    static let passwordLogin = Schema.named(
        "PasswordLogin", .object([.required("username", .string), .required("password", .string)]))
    static let passwordCreation = Schema.named(
        "PasswordCreation", .object([.required("password", .string, "10 to 256 bytes.")]))

    static let authenticationToken = Schema.named(
        "AuthenticationToken",
        .object([
            .required("token", .string, "Goes into `Authorization: Bearer`."),
            .optional("token_expiration", .integer, "Seconds since 1970."),
        ]))

    static let externalLoginInformation = Schema.named(
        "ExternalLoginInformation",
        .object([.optional("token_expiration_duration", .integer), .required("identityRequest", .free)]))

    static let stsRequest = Schema.named(
        "StsAuthRequest",
        .object([
            .required("code", .string), .required("state", .string), .required("redirect_uri", .string),
            .optional("ttl_seconds", .integer),
        ]))

    static let authCapabilities = Schema.named(
        "AuthCapabilities",
        .object([.optional("invite_user", .boolean), .optional("forgot_password", .boolean)]))

    static let user = Schema.named(
        "User",
        .object([
            .required("id", .string), .required("creation_date", .integer, "Seconds since 1970."),
            .optional("friendly_name", .string), .optional("email", .string),
        ]))
    static let userList = list("UserList", of: user)
    static let currentUser = Schema.named("CurrentUser", .object([.required("user", user)]))
    static let userCreation = Schema.named(
        "UserCreation",
        .object([
            .required("id", .string), .optional("invite_user", .boolean, "Not supported; answered 501."),
            .optional("friendly_name", .string, "Tarn's own."), .optional("email", .string, "Tarn's own."),
        ]))

    static let group = Schema.named(
        "Group",
        .object([
            .required("id", .string), .optional("name", .string), .optional("description", .string),
            .required("creation_date", .integer, "Seconds since 1970."),
        ]))
    static let groupList = list("GroupList", of: group)
    static let groupCreation = Schema.named(
        "GroupCreation", .object([.required("id", .string), .optional("description", .string)]))

    private static let policyStatement = Schema.named(
        "Statement",
        .object([
            .required("effect", .oneOf("allow", "deny")), .required("resource", .string),
            .required("action", .array(.string, atLeast: 1)),
            .optional("condition", .map(.named("PolicyCondition", .map(.strings)))),
        ]))
    static let policy = Schema.named(
        "Policy",
        .object([
            .required("id", .string), .optional("creation_date", .integer, "Seconds since 1970."),
            .required("statement", .array(policyStatement, atLeast: 1)),
        ]))
    static let policyList = list("PolicyList", of: policy)
    static let errorNoACL = Schema.named(
        "ErrorNoACL", .object([.required("message", .string), .optional("no_acl", .boolean)]))
    static let accessControl = Schema.named("ACL", .object([.required("permission", .string)]))

    static let credentials = Schema.named(
        "Credentials",
        .object([
            .required("access_key_id", .string), .required("creation_date", .integer, "Seconds since 1970."),
            .optional("name", .string, "What its owner calls it; Tarn's own."),
            .optional("expiration_date", .integer, "Seconds since 1970; left out for never. Tarn's own."),
            .optional("last_used_date", .integer, "Seconds since 1970, to the minute. Tarn's own."),
        ]))
    static let credentialsCreation = Schema.named(
        "CredentialsCreation",
        .object([
            .optional("name", .string, "What its owner calls it."),
            .optional("expiration_date", .integer, "Seconds since 1970; left out for never."),
        ]))
    static let credentialsList = list("CredentialsList", of: credentials)
    static let credentialsWithSecret = Schema.named(
        "CredentialsWithSecret",
        .object([
            .required("access_key_id", .string),
            .required("secret_access_key", .string, "Told this once; it cannot be read again."),
            .required("creation_date", .integer, "Seconds since 1970."),
        ]))

    static let sessionCreation = Schema.named(
        "SessionCreation",
        .object([
            .optional("duration_seconds", .integer, "900 to 129600; 3600 where it is left out."),
            .optional("name", .string, "What its owner calls it."),
            .optional(
                "policies", .array(.string),
                "Names of at most 10 policies: the session may do no more than what one of them, or of the statements, "
                    + "allows."),
            .optional("statement", .array(policyStatement), "As those of a policy."),
        ]))
    static let sessionKey = Schema.named(
        "SessionKey",
        .object([
            .required("access_key_id", .string), .required("secret_access_key", .string, "Told this once."),
            .required("session_token", .string, "Told this once; goes into `X-Amz-Security-Token`."),
            .required("expiration_date", .integer, "Seconds since 1970."),
        ]))

    static let externalPrincipal = Schema.named(
        "ExternalPrincipal",
        .object([
            .required("id", .string), .required("user_id", .string), .optional("settings", .any, "As they were given."),
        ]))
    static let externalPrincipalList = list("ExternalPrincipalList", of: externalPrincipal)
    static let externalPrincipalCreation = Schema.named(
        "ExternalPrincipalCreation", .object([.optional("settings", .any, "JSON of at most 4,096 bytes.")]))
}
