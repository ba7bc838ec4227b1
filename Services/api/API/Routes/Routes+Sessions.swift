import NIOHTTP1
import Policy
import Wire

extension Routes {
    static let sessions: [Route] = [
        Route(
            "createSession", .POST, "/auth/sessions", .tarn,
            "Makes a short-lived access key of the caller, with a session token, for S3 only. It may do what the caller "
                + "may, as long as the caller may; less where policies or statements are given.",
            body: .json(Schemas.sessionCreation, isRequired: false),
            replies: [.json(201, Schemas.sessionKey, "The key, its secret and its token.")], access: .signedIn
        ) { call in
            let body = try call.body(CreationBody.self)
            var bounds: [SessionBound] = []
            if body.policies != nil || body.statement != nil {
                bounds.append(SessionBound(policyIDs: body.policies ?? [], statement: body.statement ?? []))
            }
            var request = CreateSession.Request(
                name: body.name, seconds: body.durationSeconds ?? CreationBody.defaultSeconds, bounds: bounds)
            switch try PresentedCredential.read(call.request.headers) {
            case .token(let token): request.token = token
            default: request.accessKeyID = call.principal.accessKeyID
            }
            let key = try await call.auth(CreateSession.self, request)
            var answer = Answer.object(201) { writer in
                writer.member("access_key_id", key.accessKeyID)
                writer.member("secret_access_key", key.secretAccessKey)
                writer.member("session_token", key.sessionToken)
                writer.member("expiration_date", key.expires)
            }
            answer.headers.append(("Cache-Control", "no-store"))
            return answer
        },
        Route(
            "listUserSessions", .GET, "/auth/users/{userId}/sessions", .tarn,
            "Lists a user's short-lived access keys that are not over.", parameters: Parameter.page,
            replies: [.json(200, Schemas.credentialsList, "A page of access keys.")],
            access: .needs(.listCredentials, on: .user("userId"))
        ) { call in
            .page(try await call.auth(ListSessions.self, .init(userID: call.pathValue("userId"), range: call.page)))
        },
        Route(
            "endUserSession", .DELETE, "/auth/users/{userId}/sessions/{accessKeyId}", .tarn,
            "Ends a short-lived access key before its time, everywhere within 5 seconds.",
            replies: [.empty(204, "Ended.")], access: .needs(.deleteCredentials, on: .user("userId"))
        ) { call in
            _ = try await call.auth(
                EndSession.self,
                .init(userID: call.pathValue("userId"), accessKeyID: call.pathValue("accessKeyId")))
            return .noContent
        },
    ]
}

private struct CreationBody: Decodable {
    static let defaultSeconds: Int64 = 3_600

    var durationSeconds: Int64?
    var name: String?
    var policies: [String]?
    var statement: [PolicyStatement]?
}
