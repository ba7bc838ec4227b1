import JSONCodec
import NIOHTTP1
import Wire

extension Routes {
    static let signIn: [Route] = [
        Route(
            "getCurrentUser", .GET, "/user", .auth, "Tells who the caller is.",
            replies: [.json(200, Schemas.currentUser, "The caller.")], access: .signedIn
        ) { call in
            let user = try await call.auth(GetUser.self, .init(userID: call.principal.userID))
            return .object { writer in
                writer.key("user")
                writer.object { writer in
                    writer.member("id", user.id)
                    writer.member("creation_date", user.created)
                    writer.member("friendly_name", user.friendlyName ?? user.id)
                    if let email = user.email { writer.member("email", email) }
                }
            }
        },
        Route(
            "login", .POST, "/auth/login", .auth, "Exchanges an access key for a token and a session cookie.",
            body: .json(Schemas.loginInformation),
            replies: [.json(200, Schemas.authenticationToken, "The token.")], access: .open
        ) { call in
            let body = try call.body(LoginBody.self)
            let login = try await call.auth(
                LogIn.self, .init(accessKeyID: body.accessKeyId, secretAccessKey: body.secretAccessKey))
            return call.session(login)
        },
        Route(
            "externalPrincipalLogin", .POST, "/auth/external/principal/login", .external,
            "Exchanges an identity of another system for a token.",
            body: .json(Schemas.externalLoginInformation, isRequired: false),
            replies: [.json(200, Schemas.authenticationToken, "The token.")], access: .open),
        Route(
            "stsLogin", .POST, "/sts/login", .experimental, "Exchanges an authorisation code for a token.",
            body: .json(Schemas.stsRequest), replies: [.json(200, Schemas.authenticationToken, "The token.")],
            access: .open),
        Route(
            "getAuthCapabilities", .GET, "/auth/capabilities", .internal, "Tells what user management can do.",
            replies: [.json(200, Schemas.authCapabilities, "The capabilities.")], access: .open
        ) { _ in
            .object { writer in
                writer.member("invite_user", false)
                writer.member("forgot_password", false)
            }
        },
    ]
}

private struct LoginBody: Decodable {
    var accessKeyId: String
    var secretAccessKey: String
}
