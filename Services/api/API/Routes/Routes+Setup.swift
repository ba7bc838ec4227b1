import JSONCodec
import NIOHTTP1
import Wire

extension Routes {
    /// The header that carries the one-time token of the first set-up.
    static let setupTokenHeader = "X-Tarn-Setup-Token"

    static let setup: [Route] = [
        Route(
            "setupCommPrefs", .POST, "/setup_comm_prefs", .setup, "Accepts communication preferences; none are kept.",
            body: .json(Schemas.communicationPreferences), replies: [.empty(200, "Nothing was kept.")], access: .open
        ) { _ in Answer(200) },
        Route(
            "getSetupState", .GET, "/setup_lakefs", .setup, "Tells whether the first set-up was done.",
            replies: [.json(200, Schemas.setupState, "The state.")], access: .open
        ) { call in
            let state = try await call.auth(GetSetupState.self, Nothing())
            return .object { writer in
                writer.member("state", state.isInitialized ? "initialized" : "not_initialized")
                writer.member("comm_prefs_missing", false)
                writer.key("login_config")
                writer.loginConfiguration(provider: state.provider)
            }
        },
        Route(
            "setup", .POST, "/setup_lakefs", .setup,
            "Makes the administrator, once; needs the installation's one-time token.",
            parameters: [.header(setupTokenHeader, .string, "The installation's one-time token.")],
            body: .json(Schemas.setup),
            replies: [.json(200, Schemas.credentialsWithSecret, "The administrator's key.")],
            access: .open
        ) { call in
            let body = try call.body(SetupBody.self)
            let key: AccessKey
            do {
                key = try await call.auth(
                    SetUp.self,
                    .init(
                        setupToken: call.header(setupTokenHeader) ?? "", userID: body.username,
                        accessKeyID: body.key?.accessKeyId, secretAccessKey: body.key?.secretAccessKey))
            } catch let error as RPCError where error.code == .alreadyExists {
                throw APIError(409, "lakeFS already initialized")
            } catch let error as RPCError where error.code == .permissionDenied || error.code == .unauthenticated {
                throw APIError(401, "the set-up token is missing or wrong")
            }
            return .one { $0.row(key) }
        },
    ]
}

extension JSONWriter {
    /// - Parameter provider: what people call the OpenID provider; nil for none.
    fileprivate mutating func loginConfiguration(provider: String?) {
        object { writer in
            writer.member("RBAC", "internal")
            writer.member("login_url", provider == nil ? "/auth/login" : "/api/v1/oidc/login")
            writer.member("login_url_method", provider == nil ? "none" : "select")
            writer.member("login_failed_message", "The access key or its secret is wrong.")
            if let provider {
                writer.member("fallback_login_url", "/login")
                writer.member("fallback_login_label", "access key")
                writer.key("tarn")
                writer.object { $0.member("provider", provider) }
            }
            writer.key("login_cookie_names")
            writer.array { writer in writer.value(PresentedCredential.cookieName) }
            writer.member("logout_url", "/logout")
        }
    }
}

private struct SetupBody: Decodable {
    struct Key: Decodable {
        var accessKeyId: String
        var secretAccessKey: String
    }

    var username: String
    var key: Key?
}
