import Wire

/// The cookie that carries a login token. Scripts cannot read it, and no other site's page can send it.
enum SessionCookie {
    static func text(_ login: LoginToken, _ call: Call) -> String {
        cookie(login.token, seconds: max(0, login.expires - call.services.now().seconds), call)
    }

    /// Takes the cookie back.
    static func none(_ call: Call) -> String { cookie("", seconds: 0, call) }

    private static func cookie(_ value: String, seconds: Int64, _ call: Call) -> String {
        "\(PresentedCredential.cookieName)=\(value); Path=/; HttpOnly; SameSite=Strict; \(call.secureAttribute)"
            + "Max-Age=\(seconds)"
    }
}

extension Call {
    /// Keeps a cookie to TLS, where the client came by it. TLS may end at a load balancer, which the address that clients use tells.
    var secureAttribute: String {
        let isTLS = request.isTLS || services.settings.endpointURL?.hasPrefix("https://") == true
        return isTLS ? "Secure; " : ""
    }

    /// The answer to a login: the token, and the cookie that carries it.
    func session(_ login: LoginToken) -> Answer {
        var answer = Answer.object { writer in
            writer.member("token", login.token)
            writer.member("token_expiration", login.expires)
        }
        answer.headers.append(("Set-Cookie", SessionCookie.text(login, self)))
        answer.headers.append(("Cache-Control", "no-store"))
        return answer
    }
}
