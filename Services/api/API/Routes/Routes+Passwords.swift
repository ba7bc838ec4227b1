import NIOHTTP1
import Policy
import Wire

extension Routes {
    static let passwords: [Route] = [
        Route(
            "setPassword", .PUT, "/auth/users/{userId}/password", .tarn,
            "Gives a user a password, or another one; sessions that began with the one before end.",
            body: .json(Schemas.passwordCreation), replies: [.empty(204, "Set.")],
            access: .needs(.createCredentials, on: .user("userId"))
        ) { call in
            let body = try call.body(PasswordBody.self)
            _ = try await call.auth(
                SetPassword.self, .init(userID: call.pathValue("userId"), password: body.password))
            return .noContent
        },
        Route(
            "deletePassword", .DELETE, "/auth/users/{userId}/password", .tarn,
            "Takes a user's password away; sessions that began with it end.", replies: [.empty(204, "Deleted.")],
            access: .needs(.deleteCredentials, on: .user("userId"))
        ) { call in
            _ = try await call.auth(RemovePassword.self, .init(userID: call.pathValue("userId")))
            return .noContent
        },
        Route(
            "loginWithPassword", .POST, "/auth/login/password", .tarn,
            "Exchanges a user's name and password for a token and a session cookie.",
            body: .json(Schemas.passwordLogin),
            replies: [.json(200, Schemas.authenticationToken, "The token.")], access: .open
        ) { call in
            let body = try call.body(LoginBody.self)
            let login = try await call.auth(
                LogInWithPassword.self, .init(userID: body.username, password: body.password))
            return call.session(login)
        },
        Route(
            "logout", .POST, "/auth/logout", .tarn,
            "Ends the session whose token or cookie comes along, everywhere within 5 seconds, and takes the cookie back.",
            replies: [.empty(204, "Ended, or there was none.")], access: .open
        ) { call in
            if case .token(let token) = try? PresentedCredential.read(call.request.headers) {
                _ = try await call.auth(LogOut.self, .init(token: token))
            }
            return Answer(
                204, headers: [("Set-Cookie", SessionCookie.none(call)), ("Cache-Control", "no-store")])
        },
    ]
}

private struct PasswordBody: Decodable {
    var password: String
}

private struct LoginBody: Decodable {
    var username: String
    var password: String
}
