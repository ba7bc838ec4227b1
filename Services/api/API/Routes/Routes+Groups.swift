import JSONCodec
import NIOHTTP1
import Policy
import Wire

extension Routes {
    static let groups: [Route] = [
        Route(
            "listGroups", .GET, "/auth/groups", .auth, "Lists groups by id.", parameters: Parameter.page,
            replies: [.json(200, Schemas.groupList, "A page of groups.")], access: .needs(.listGroups, on: .all)
        ) { call in
            .page(try await call.auth(ListGroups.self, .init(range: call.page)))
        },
        Route(
            "createGroup", .POST, "/auth/groups", .auth, "Makes a group, which may do nothing yet.",
            body: .json(Schemas.groupCreation), replies: [.json(201, Schemas.group, "The group.")],
            access: .needs(.createGroup, on: .byHandler)
        ) { call in
            let body = try call.body(CreationBody.self)
            try call.require(.createGroup, on: .group(body.id))
            let group = try await call.auth(
                CreateGroup.self, .init(groupID: body.id, description: body.description))
            return .one(201) { $0.row(group) }
        },
        Route(
            "getGroup", .GET, "/auth/groups/{groupId}", .auth, "Tells what is known of a group.",
            replies: [.json(200, Schemas.group, "The group.")], access: .needs(.readGroup, on: .group("groupId"))
        ) { call in
            let group = try await call.auth(GetGroup.self, .init(groupID: call.pathValue("groupId")))
            return .one { $0.row(group) }
        },
        Route(
            "deleteGroup", .DELETE, "/auth/groups/{groupId}", .auth, "Deletes a group; its members stay users.",
            replies: [.empty(204, "Deleted.")], access: .needs(.deleteGroup, on: .group("groupId"))
        ) { call in
            _ = try await call.auth(DeleteGroup.self, .init(groupID: call.pathValue("groupId")))
            return .noContent
        },
        Route(
            "getGroupACL", .GET, "/auth/groups/{groupId}/acl", .auth,
            "Tells a group's access level; groups have policies instead, so this is 404.",
            replies: [
                .json(200, Schemas.accessControl, "The level."),
                .json(404, Schemas.errorNoACL, "There is no such group, or it has no level."),
            ],
            access: .needs(.readGroup, on: .group("groupId"))
        ) { call in
            _ = try await call.auth(GetGroup.self, .init(groupID: call.pathValue("groupId")))
            return .object(404) { writer in
                writer.member("message", "the group has policies, no access level")
                writer.member("no_acl", true)
            }
        },
        Route(
            "setGroupACL", .POST, "/auth/groups/{groupId}/acl", .auth,
            "Sets a group's access level; groups have policies instead, so this is 501.",
            body: .json(Schemas.accessControl), replies: [.empty(201, "Set.")],
            access: .needs(.attachPolicy, on: .group("groupId"))
        ) { call in
            _ = try await call.auth(GetGroup.self, .init(groupID: call.pathValue("groupId")))
            throw APIError.notImplemented("groups have no access level: attach policies instead")
        },
    ]

    static let members: [Route] = [
        Route(
            "listGroupMembers", .GET, "/auth/groups/{groupId}/members", .auth, "Lists the users in a group.",
            parameters: Parameter.page, replies: [.json(200, Schemas.userList, "A page of users.")],
            access: .needs(.readGroup, on: .group("groupId"))
        ) { call in
            .page(
                try await call.auth(
                    ListGroupMembers.self, .init(groupID: call.pathValue("groupId"), range: call.page)))
        },
        Route(
            "addGroupMembership", .PUT, "/auth/groups/{groupId}/members/{userId}", .auth, "Puts a user into a group.",
            replies: [.empty(201, "Added.")], access: .needs(.addGroupMember, on: .group("groupId"))
        ) { call in
            _ = try await call.auth(AddGroupMember.self, call.membership)
            return Answer(201)
        },
        Route(
            "deleteGroupMembership", .DELETE, "/auth/groups/{groupId}/members/{userId}", .auth,
            "Takes a user out of a group.", replies: [.empty(204, "Removed.")],
            access: .needs(.removeGroupMember, on: .group("groupId"))
        ) { call in
            _ = try await call.auth(RemoveGroupMember.self, call.membership)
            return .noContent
        },
    ]
}

extension Call {
    fileprivate var membership: Membership {
        Membership(groupID: pathValue("groupId"), userID: pathValue("userId"))
    }
}

private struct CreationBody: Decodable {
    var id: String
    var description: String?
}
