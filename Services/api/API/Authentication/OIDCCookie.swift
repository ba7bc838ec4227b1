/// The cookie that a browser keeps between the beginning and the end of a log-in with the OpenID provider: sealed by auth, for
/// these two operations only, and sent along when the provider's page leads back.
enum OIDCCookie {
    static let name = "tarn_oidc_login"

    static func text(_ state: String, seconds: Int64, _ call: Call) -> String {
        "\(name)=\(state); Path=/api/v1/oidc; HttpOnly; SameSite=Lax; \(call.secureAttribute)Max-Age=\(seconds)"
    }

    /// Takes the cookie back.
    static func none(_ call: Call) -> String { text("", seconds: 0, call) }
}
