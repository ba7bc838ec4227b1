import NIOHTTP1
import Policy
import Wire

extension Routes {
    static let policies: [Route] = [
        Route(
            "listPolicies", .GET, "/auth/policies", .auth, "Lists policies by id.", parameters: Parameter.page,
            replies: [.json(200, Schemas.policyList, "A page of policies.")],
            access: .needs(.listPolicies, on: .all)
        ) { call in
            .page(try await call.auth(ListPolicies.self, .init(range: call.page)))
        },
        Route(
            "createPolicy", .POST, "/auth/policies", .auth, "Makes a policy.", body: .json(Schemas.policy),
            replies: [.json(201, Schemas.policy, "The policy.")], access: .needs(.createPolicy, on: .byHandler)
        ) { call in
            let document = try call.body(PolicyDocument.self)
            try call.require(.createPolicy, on: .policy(document.id))
            let policy = try await call.auth(CreatePolicy.self, .init(document: document))
            return .one(201) { $0.row(policy) }
        },
        Route(
            "getPolicy", .GET, "/auth/policies/{policyId}", .auth, "Shows a policy.",
            replies: [.json(200, Schemas.policy, "The policy.")],
            access: .needs(.readPolicy, on: .policy("policyId"))
        ) { call in
            let policy = try await call.auth(GetPolicy.self, .init(policyID: call.pathValue("policyId")))
            return .one { $0.row(policy) }
        },
        Route(
            "updatePolicy", .PUT, "/auth/policies/{policyId}", .auth, "Replaces a policy's statements.",
            body: .json(Schemas.policy), replies: [.json(200, Schemas.policy, "The policy.")],
            access: .needs(.updatePolicy, on: .policy("policyId"))
        ) { call in
            let document = try call.body(PolicyDocument.self)
            guard document.id == call.pathValue("policyId") else {
                throw APIError.badRequest("can't update policy id")
            }
            let policy = try await call.auth(UpdatePolicy.self, .init(document: document))
            return .one { $0.row(policy) }
        },
        Route(
            "deletePolicy", .DELETE, "/auth/policies/{policyId}", .auth, "Deletes a policy, and detaches it first.",
            replies: [.empty(204, "Deleted.")], access: .needs(.deletePolicy, on: .policy("policyId"))
        ) { call in
            _ = try await call.auth(DeletePolicy.self, .init(policyID: call.pathValue("policyId")))
            return .noContent
        },
    ]

    static let attachments: [Route] = [
        Route(
            "listUserPolicies", .GET, "/auth/users/{userId}/policies", .auth, "Lists the policies of a user.",
            parameters: Parameter.page + [.flag("effective", "Include those of the user's groups.")],
            replies: [.json(200, Schemas.policyList, "A page of policies.")],
            access: .needs(.readUser, on: .user("userId"))
        ) { call in
            try await call.policies(of: call.holdingUser, isEffective: call.flag("effective"))
        },
        Route(
            "attachPolicyToUser", .PUT, "/auth/users/{userId}/policies/{policyId}", .auth, "Gives a user a policy.",
            replies: [.empty(201, "Attached.")], access: .needs(.attachPolicy, on: .user("userId"))
        ) { call in try await call.attach(to: call.holdingUser) },
        Route(
            "detachPolicyFromUser", .DELETE, "/auth/users/{userId}/policies/{policyId}", .auth,
            "Takes a policy from a user.", replies: [.empty(204, "Detached.")],
            access: .needs(.detachPolicy, on: .user("userId"))
        ) { call in try await call.detach(from: call.holdingUser) },
        Route(
            "listGroupPolicies", .GET, "/auth/groups/{groupId}/policies", .auth, "Lists the policies of a group.",
            parameters: Parameter.page, replies: [.json(200, Schemas.policyList, "A page of policies.")],
            access: .needs(.readGroup, on: .group("groupId"))
        ) { call in try await call.policies(of: call.holdingGroup, isEffective: false) },
        Route(
            "attachPolicyToGroup", .PUT, "/auth/groups/{groupId}/policies/{policyId}", .auth,
            "Gives a group a policy.", replies: [.empty(201, "Attached.")],
            access: .needs(.attachPolicy, on: .group("groupId"))
        ) { call in try await call.attach(to: call.holdingGroup) },
        Route(
            "detachPolicyFromGroup", .DELETE, "/auth/groups/{groupId}/policies/{policyId}", .auth,
            "Takes a policy from a group.", replies: [.empty(204, "Detached.")],
            access: .needs(.detachPolicy, on: .group("groupId"))
        ) { call in try await call.detach(from: call.holdingGroup) },
    ]
}

extension Call {
    fileprivate var holdingUser: PolicyHolder { PolicyHolder(.user, pathValue("userId")) }

    fileprivate var holdingGroup: PolicyHolder { PolicyHolder(.group, pathValue("groupId")) }

    fileprivate func policies(of holder: PolicyHolder, isEffective: Bool) async throws -> Answer {
        .page(try await auth(ListPolicies.self, .init(range: page, holder: holder, isEffective: isEffective)))
    }

    fileprivate func attach(to holder: PolicyHolder) async throws -> Answer {
        _ = try await auth(AttachPolicy.self, .init(policyID: pathValue("policyId"), holder: holder))
        return Answer(201)
    }

    fileprivate func detach(from holder: PolicyHolder) async throws -> Answer {
        _ = try await auth(DetachPolicy.self, .init(policyID: pathValue("policyId"), holder: holder))
        return .noContent
    }
}
