import JSONCodec
import NIOHTTP1
import Policy
import Wire

extension Routes {
    static let credentials: [Route] = [
        Route(
            "listUserCredentials", .GET, "/auth/users/{userId}/credentials", .auth, "Lists a user's access keys.",
            parameters: Parameter.page, replies: [.json(200, Schemas.credentialsList, "A page of access keys.")],
            access: .needs(.listCredentials, on: .user("userId"))
        ) { call in
            .page(
                try await call.auth(ListCredentials.self, .init(userID: call.pathValue("userId"), range: call.page)))
        },
        Route(
            "createCredentials", .POST, "/auth/users/{userId}/credentials", .auth, "Makes an access key for a user.",
            body: .json(Schemas.credentialsCreation, isRequired: false),
            replies: [.json(201, Schemas.credentialsWithSecret, "The key with its secret.")],
            access: .needs(.createCredentials, on: .user("userId"))
        ) { call in
            let body = try call.body(CreationBody.self)
            let key = try await call.auth(
                CreateCredential.self,
                .init(userID: call.pathValue("userId"), name: body.name, expires: body.expirationDate))
            var answer = Answer.one(201) { $0.row(key) }
            answer.headers.append(("Cache-Control", "no-store"))
            return answer
        },
        Route(
            "getCredentials", .GET, "/auth/users/{userId}/credentials/{accessKeyId}", .auth, "Shows an access key.",
            replies: [.json(200, Schemas.credentials, "The key without its secret.")],
            access: .needs(.readCredentials, on: .user("userId"))
        ) { call in
            let credential = try await call.auth(GetCredential.self, call.accessKey)
            return .one { $0.row(credential) }
        },
        Route(
            "deleteCredentials", .DELETE, "/auth/users/{userId}/credentials/{accessKeyId}", .auth,
            "Deletes an access key.", replies: [.empty(204, "Deleted.")],
            access: .needs(.deleteCredentials, on: .user("userId"))
        ) { call in
            _ = try await call.auth(DeleteCredential.self, call.accessKey)
            return .noContent
        },
    ]

    private static let principal = Parameter.required("principalId", .string, "The identity in the other system.")

    static let external: [Route] = [
        Route(
            "createUserExternalPrincipal", .POST, "/auth/users/{userId}/external/principals", .external,
            "Ties an identity of another system to a user.", parameters: [principal],
            body: .json(Schemas.externalPrincipalCreation, isRequired: false), replies: [.empty(201, "Tied.")],
            access: .needs(.createUserExternalPrincipal, on: .user("userId"))
        ) { call in
            _ = try await call.auth(
                CreateExternalPrincipal.self,
                .init(id: call.text("principalId"), userID: call.pathValue("userId"), settings: call.settings))
            return Answer(201)
        },
        Route(
            "deleteUserExternalPrincipal", .DELETE, "/auth/users/{userId}/external/principals", .external,
            "Unties an identity from a user.", parameters: [principal], replies: [.empty(204, "Untied.")],
            access: .needs(.deleteUserExternalPrincipal, on: .user("userId"))
        ) { call in
            _ = try await call.auth(
                DeleteExternalPrincipal.self, .init(id: call.text("principalId"), userID: call.pathValue("userId")))
            return .noContent
        },
        Route(
            "listUserExternalPrincipals", .GET, "/auth/users/{userId}/external/principals/ls", .external,
            "Lists the identities tied to a user.", parameters: Parameter.page,
            replies: [.json(200, Schemas.externalPrincipalList, "A page of identities.")],
            access: .needs(.readUser, on: .user("userId"))
        ) { call in
            .page(
                try await call.auth(
                    ListExternalPrincipals.self, .init(userID: call.pathValue("userId"), range: call.page)))
        },
        Route(
            "getExternalPrincipal", .GET, "/auth/external/principals", .external,
            "Tells the user an identity is tied to.", parameters: [principal],
            replies: [.json(200, Schemas.externalPrincipal, "The identity.")],
            access: .needs(.readExternalPrincipal, on: .externalPrincipal("principalId"))
        ) { call in
            let principal = try await call.auth(GetExternalPrincipal.self, .init(id: call.text("principalId")))
            return .one { $0.row(principal) }
        },
    ]
}

extension Call {
    fileprivate var accessKey: GetCredential.Request {
        .init(userID: pathValue("userId"), accessKeyID: pathValue("accessKeyId"))
    }

    /// The member `settings` of the body, as it is.
    fileprivate var settings: String? {
        get throws {
            guard let json else { return nil }
            var reader = JSONReader(json)
            var settings: String?
            try reader.beginObject()
            while let key = try reader.nextKey() {
                let value = try reader.rawValue()
                if key == "settings" { settings = String(decoding: value, as: UTF8.self) }
            }
            return settings == "null" ? nil : settings
        }
    }
}

private struct CreationBody: Decodable {
    var name: String?
    var expirationDate: Int64?
}
