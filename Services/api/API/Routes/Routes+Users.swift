import NIOHTTP1
import Policy
import Wire

extension Routes {
    static let users: [Route] = [
        Route(
            "listUsers", .GET, "/auth/users", .auth, "Lists users by id.", parameters: Parameter.page,
            replies: [.json(200, Schemas.userList, "A page of users.")], access: .needs(.listUsers, on: .all)
        ) { call in
            .page(try await call.auth(ListUsers.self, .init(range: call.page)))
        },
        Route(
            "createUser", .POST, "/auth/users", .auth, "Makes a user, who may do nothing yet.",
            body: .json(Schemas.userCreation), replies: [.json(201, Schemas.user, "The user.")],
            access: .needs(.createUser, on: .byHandler)
        ) { call in
            let body = try call.body(CreationBody.self)
            try call.require(.createUser, on: .user(body.id))
            if body.inviteUser == true { throw APIError.notImplemented("users cannot be invited") }
            let user = try await call.auth(
                CreateUser.self, .init(userID: body.id, friendlyName: body.friendlyName, email: body.email))
            return .one(201) { $0.row(user) }
        },
        Route(
            "getUser", .GET, "/auth/users/{userId}", .auth, "Tells what is known of a user.",
            replies: [.json(200, Schemas.user, "The user.")], access: .needs(.readUser, on: .user("userId"))
        ) { call in
            let user = try await call.auth(GetUser.self, .init(userID: call.pathValue("userId")))
            return .one { $0.row(user) }
        },
        Route(
            "deleteUser", .DELETE, "/auth/users/{userId}", .auth, "Deletes a user; its keys stop working.",
            replies: [.empty(204, "Deleted.")], access: .needs(.deleteUser, on: .user("userId"))
        ) { call in
            _ = try await call.auth(DeleteUser.self, .init(userID: call.pathValue("userId")))
            return .noContent
        },
        Route(
            "listUserGroups", .GET, "/auth/users/{userId}/groups", .auth, "Lists the groups a user is in.",
            parameters: Parameter.page, replies: [.json(200, Schemas.groupList, "A page of groups.")],
            access: .needs(.readUser, on: .user("userId"))
        ) { call in
            .page(try await call.auth(ListGroups.self, .init(range: call.page, userID: call.pathValue("userId"))))
        },
    ]
}

private struct CreationBody: Decodable {
    var id: String
    var inviteUser: Bool?
    var friendlyName: String?
    var email: String?
}
