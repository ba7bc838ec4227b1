import Cryptography
package import Database
package import ServiceKit

/// The environment variables of auth, beside those that every service has.
///
/// | variable | meaning | default |
/// |---|---|---|
/// | `TARN_AUTH_DATABASE_URL` (or `…_FILE`) | libpq address of Postgres, with the role of auth | required |
/// | `TARN_AUTH_DATABASE_ALLOW_UNSAFE` | take a server with `fsync` or `synchronous_commit` off | `false` |
/// | `TARN_AUTH_ENCRYPTION_KEY` (or `…_FILE`) | 32 bytes in hexadecimal: seals secrets, signs login tokens | required |
/// | `TARN_AUTH_FORMER_ENCRYPTION_KEYS` (or `…_FILE`) | up to 8 keys used before, by comma, newest first | none |
/// | `TARN_SETUP_TOKEN` (or `…_FILE`) | allows the first set-up, once; 16 characters or more | none: refused |
/// | `TARN_S3_REGION` | the regions that clients sign for, by comma | `us-east-1` |
/// | `TARN_AUDIT_DAYS` | how long audit records are kept; 0 for ever | `90` |
/// | `TARN_AUTH_MISS_BURST` | wrong credentials a client may present at once | `200` |
/// | `TARN_AUTH_MISSES_PER_SECOND` | wrong credentials of a client that are forgiven each second | `20` |
/// | `TARN_OIDC_…` | the OpenID provider: `OIDCRules` | none |
package struct AuthConfiguration: Sendable {
    package var database: DatabaseConfiguration
    package var keys: KeyRing
    package var rules = AuthRules()
    /// Nil where nobody logs in by OpenID Connect.
    package var oidc: OIDCRules?
    /// Nil for ever.
    package var auditDays: Int64? = 90

    /// - Throws: `ConfigurationError`.
    package init(_ environment: Environment) throws {
        let variable = "TARN_AUTH_DATABASE_URL"
        do {
            database = try DatabaseConfiguration(try environment.requiredSecret(variable))
        } catch let error as DatabaseError {
            throw ConfigurationError(variable, error.description)
        }
        database.schema = AuthSchema.name
        database.allowUnsafeDurability = try environment.flag("TARN_AUTH_DATABASE_ALLOW_UNSAFE", default: false)
        database.writeConnections = 1
        database.maxExclusiveConnections = 2
        keys = try Self.keys(environment)
        let days = try environment.integer("TARN_AUDIT_DAYS", default: 90, in: 0...36_500)
        auditDays = days == 0 ? nil : Int64(days)
        rules.setupToken = try environment.secret("TARN_SETUP_TOKEN")
        if let token = rules.setupToken, token.utf8.count < 16 {
            throw ConfigurationError("TARN_SETUP_TOKEN", "needs 16 characters or more")
        }
        let regions = environment.list("TARN_S3_REGION")
        if !regions.isEmpty { rules.regions = regions }
        oidc = try OIDCRules(environment)
        rules.misses.burst = try environment.integer(
            "TARN_AUTH_MISS_BURST", default: rules.misses.burst, in: 1...1_000_000)
        rules.misses.forgivenPerSecond = try environment.integer(
            "TARN_AUTH_MISSES_PER_SECOND", default: rules.misses.forgivenPerSecond, in: 1...1_000_000)
    }

    private static func keys(_ environment: Environment) throws -> KeyRing {
        let variable = "TARN_AUTH_ENCRYPTION_KEY"
        let formerVariable = "TARN_AUTH_FORMER_ENCRYPTION_KEYS"
        let current = try bytes(try environment.requiredSecret(variable), variable)
        let texts = try environment.secret(formerVariable)?.split(separator: ",").map(String.init) ?? []
        guard texts.count <= KeyRing.maxFormer else {
            throw ConfigurationError(formerVariable, "has more than \(KeyRing.maxFormer) keys")
        }
        return try KeyRing(current: current, former: try texts.map { try bytes($0, formerVariable) })
    }

    private static func bytes(_ text: String, _ variable: String) throws(ConfigurationError) -> [UInt8] {
        guard let bytes = Hex.decode(text), bytes.count == MasterKey.byteCount else {
            throw ConfigurationError(variable, "needs \(2 * MasterKey.byteCount) hexadecimal digits a key")
        }
        return bytes
    }
}
