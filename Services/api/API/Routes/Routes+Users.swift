import NIOHTTP1

extension Routes {
    static let users: [Route] = [
        Route(
            "listUsers", .GET, "/auth/users", .auth, "Lists users by id.", parameters: Parameter.page,
            replies: [.json(200, Schemas.userList, "A page of users.")], access: .signedIn),
        Route(
            "createUser", .POST, "/auth/users", .auth, "Makes a user.",
            body: .json(Schemas.userCreation, isRequired: false),
            replies: [.json(201, Schemas.user, "The user.")], access: .signedIn),
        Route(
            "getUser", .GET, "/auth/users/{userId}", .auth, "Tells what is known of a user.",
            replies: [.json(200, Schemas.user, "The user.")], access: .signedIn),
        Route(
            "deleteUser", .DELETE, "/auth/users/{userId}", .auth, "Deletes a user; its keys stop working.",
            replies: [.empty(204, "Deleted.")], access: .signedIn),
        Route(
            "listUserGroups", .GET, "/auth/users/{userId}/groups", .auth, "Lists the groups a user is in.",
            parameters: Parameter.page, replies: [.json(200, Schemas.groupList, "A page of groups.")],
            access: .signedIn),
        Route(
            "listUserPolicies", .GET, "/auth/users/{userId}/policies", .auth, "Lists the policies of a user.",
            parameters: Parameter.page + [.flag("effective", "Include those of the user's groups.")],
            replies: [.json(200, Schemas.policyList, "A page of policies.")], access: .signedIn),
        Route(
            "attachPolicyToUser", .PUT, "/auth/users/{userId}/policies/{policyId}", .auth, "Gives a user a policy.",
            replies: [.empty(201, "Attached.")], access: .signedIn),
        Route(
            "detachPolicyFromUser", .DELETE, "/auth/users/{userId}/policies/{policyId}", .auth,
            "Takes a policy from a user.", replies: [.empty(204, "Detached.")], access: .signedIn),
    ]

    static let groups: [Route] = [
        Route(
            "listGroups", .GET, "/auth/groups", .auth, "Lists groups by id.", parameters: Parameter.page,
            replies: [.json(200, Schemas.groupList, "A page of groups.")], access: .signedIn),
        Route(
            "createGroup", .POST, "/auth/groups", .auth, "Makes a group.",
            body: .json(Schemas.groupCreation, isRequired: false),
            replies: [.json(201, Schemas.group, "The group.")], access: .signedIn),
        Route(
            "getGroup", .GET, "/auth/groups/{groupId}", .auth, "Tells what is known of a group.",
            replies: [.json(200, Schemas.group, "The group.")], access: .signedIn),
        Route(
            "deleteGroup", .DELETE, "/auth/groups/{groupId}", .auth, "Deletes a group.",
            replies: [.empty(204, "Deleted.")], access: .signedIn),
        Route(
            "listGroupMembers", .GET, "/auth/groups/{groupId}/members", .auth, "Lists the users in a group.",
            parameters: Parameter.page, replies: [.json(200, Schemas.userList, "A page of users.")],
            access: .signedIn),
        Route(
            "addGroupMembership", .PUT, "/auth/groups/{groupId}/members/{userId}", .auth, "Puts a user into a group.",
            replies: [.empty(201, "Added.")], access: .signedIn),
        Route(
            "deleteGroupMembership", .DELETE, "/auth/groups/{groupId}/members/{userId}", .auth,
            "Takes a user out of a group.", replies: [.empty(204, "Removed.")], access: .signedIn),
        Route(
            "listGroupPolicies", .GET, "/auth/groups/{groupId}/policies", .auth, "Lists the policies of a group.",
            parameters: Parameter.page, replies: [.json(200, Schemas.policyList, "A page of policies.")],
            access: .signedIn),
        Route(
            "attachPolicyToGroup", .PUT, "/auth/groups/{groupId}/policies/{policyId}", .auth,
            "Gives a group a policy.", replies: [.empty(201, "Attached.")], access: .signedIn),
        Route(
            "detachPolicyFromGroup", .DELETE, "/auth/groups/{groupId}/policies/{policyId}", .auth,
            "Takes a policy from a group.", replies: [.empty(204, "Detached.")], access: .signedIn),
        Route(
            "getGroupACL", .GET, "/auth/groups/{groupId}/acl", .auth, "Tells a group's access level.",
            replies: [.json(200, Schemas.accessControl, "The level.")], access: .signedIn),
        Route(
            "setGroupACL", .POST, "/auth/groups/{groupId}/acl", .auth, "Sets a group's access level.",
            body: .json(Schemas.accessControl), replies: [.empty(201, "Set.")], access: .signedIn),
    ]
}
