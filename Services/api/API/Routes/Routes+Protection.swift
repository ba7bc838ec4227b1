import NIOHTTP1
import Policy
import Wire

extension Routes {
    private static let protectionPath = "/repositories/{repository}/branch_protection"

    static let protection: [Route] = [
        Route(
            "createBranchProtectionRulePreflight", .GET, protectionPath + "/set_allowed", .internal,
            "Tells whether the caller may protect branches.", replies: [.empty(204, "It may.")],
            access: .needs(.setBranchProtectionRules, on: .repository)
        ) { call in
            _ = try await call.index(GetRepository.self, .init(name: call.repository))
            return .noContent
        },
        Route(
            "internalGetBranchProtectionRules", .GET, protectionPath, .internal, "Shows which branches are protected.",
            replies: [.json(200, .array(Schemas.protectionRule), "The rules.")],
            access: .needs(.getBranchProtectionRules, on: .repository)
        ) { call in try await BranchProtection(call: call).show() },
        Route(
            "internalCreateBranchProtectionRule", .POST, protectionPath, .internal, "Protects branches.",
            body: .json(Schemas.protectionRule), replies: [.empty(204, "Protected.")],
            access: .needs(.setBranchProtectionRules, on: .repository)
        ) { call in try await BranchProtection(call: call).add() },
        Route(
            "internalDeleteBranchProtectionRule", .DELETE, protectionPath, .internal, "Takes a protection away.",
            body: .json(Schemas.protectionPattern), replies: [.empty(204, "Taken away.")],
            access: .needs(.setBranchProtectionRules, on: .repository)
        ) { call in try await BranchProtection(call: call).remove() },
    ]
}
