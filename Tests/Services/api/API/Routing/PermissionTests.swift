import Domain
import NIOHTTP1
import Policy
import ServiceKit
import Testing
import Wire

@testable import API

/// Allows everything but one action, and notes what it is asked for.
private struct AllBut: Authorizer {
    var action = ""
    let asked = Recorder<String>()

    func decide(
        _ permission: Permission, by rights: Rights, _ circumstances: Circumstances
    ) -> Rights.Decision {
        asked.note("\(permission.action.rawValue) \(permission.resource)")
        return permission.action.rawValue != action ? .allowed : .unmentioned
    }
}

@Suite("What each operation needs")
struct PermissionTests {
    /// Method, target, body; the actions, each with its resource: what follows the repository's, or all of it.
    private static let needs: [(HTTPMethod, String, String?, [(String, String)])] = [
        // Repositories and their settings.
        (.GET, "/config/storage", nil, [("fs:ReadConfig", "*")]),
        (.GET, "/repositories", nil, [("fs:ListRepositories", "*")]),
        (
            .POST, "/repositories", #"{"name":"repo","storage_namespace":"local://a/b"}"#,
            [("fs:CreateRepository", ""), ("fs:AttachStorageNamespace", "arn:lakefs:fs:::namespace/local://a/b")]
        ),
        (.GET, "/repositories/repo", nil, [("fs:ReadRepository", "")]),
        (.DELETE, "/repositories/repo", nil, [("fs:DeleteRepository", "")]),
        (.GET, "/repositories/repo/metadata", nil, [("fs:ReadRepository", "")]),
        (.POST, "/repositories/repo/metadata", #"{"metadata":{}}"#, [("fs:UpdateRepository", "")]),
        (.DELETE, "/repositories/repo/metadata", #"{"keys":[]}"#, [("fs:UpdateRepository", "")]),
        (.GET, "/repositories/repo/settings/branch_protection", nil, [("branches:GetBranchProtectionRules", "")]),
        (.PUT, "/repositories/repo/settings/branch_protection", "[]", [("branches:SetBranchProtectionRules", "")]),
        (.GET, "/repositories/repo/branch_protection", nil, [("branches:GetBranchProtectionRules", "")]),
        (
            .POST, "/repositories/repo/branch_protection", #"{"pattern":"a"}"#,
            [("branches:SetBranchProtectionRules", "")]
        ),
        (
            .DELETE, "/repositories/repo/branch_protection", #"{"pattern":"a"}"#,
            [("branches:SetBranchProtectionRules", "")]
        ),
        (.GET, "/repositories/repo/branch_protection/set_allowed", nil, [("branches:SetBranchProtectionRules", "")]),

        // Branches and tags.
        (.GET, "/repositories/repo/branches", nil, [("fs:ListBranches", "")]),
        (.POST, "/repositories/repo/branches", #"{"name":"a","source":"b"}"#, [("fs:CreateBranch", "/branch/a")]),
        (.GET, "/repositories/repo/branches/a", nil, [("fs:ReadBranch", "/branch/a")]),
        (.DELETE, "/repositories/repo/branches/a", nil, [("fs:DeleteBranch", "/branch/a")]),
        (.PUT, "/repositories/repo/branches/a", #"{"type":"reset"}"#, [("fs:RevertBranch", "/branch/a")]),
        (.PUT, "/repositories/repo/branches/a/hard_reset?ref=b", nil, [("fs:RevertBranch", "/branch/a")]),
        (.GET, "/repositories/repo/tags", nil, [("fs:ListTags", "")]),
        (.POST, "/repositories/repo/tags", #"{"id":"v1","ref":"b"}"#, [("fs:CreateTag", "/tag/v1")]),
        (.GET, "/repositories/repo/tags/v1", nil, [("fs:ReadTag", "/tag/v1")]),
        (.DELETE, "/repositories/repo/tags/v1", nil, [("fs:DeleteTag", "/tag/v1")]),

        // Commits, diffs and what makes commits.
        (.POST, "/repositories/repo/branches/a/commits", #"{"message":"m"}"#, [("fs:CreateCommit", "/branch/a")]),
        (.GET, "/repositories/repo/commits/a", nil, [("fs:ReadCommit", "")]),
        (.GET, "/repositories/repo/refs/a/commits", nil, [("fs:ReadBranch", "/branch/a")]),
        (.GET, "/repositories/repo/refs/a~1/commits", nil, [("fs:ReadBranch", "")]),
        (.GET, "/repositories/repo/branches/a/diff", nil, [("fs:ListObjects", "")]),
        (.GET, "/repositories/repo/refs/a/diff/b", nil, [("fs:ListObjects", "")]),
        (.POST, "/repositories/repo/refs/a/merge/b", nil, [("fs:CreateCommit", "/branch/b")]),
        (.GET, "/repositories/repo/refs/a/merge/b", nil, [("fs:ListCommits", "")]),
        (
            .POST, "/repositories/repo/branches/a/revert", #"{"ref":"b","parent_number":0}"#,
            [("fs:RevertBranch", "/branch/a")]
        ),
        (.POST, "/repositories/repo/branches/a/cherry-pick", #"{"ref":"b"}"#, [("fs:CreateCommit", "/branch/a")]),

        // Objects.
        (.GET, "/repositories/repo/refs/a/objects?path=p/q", nil, [("fs:ReadObject", "/object/p/q")]),
        (.HEAD, "/repositories/repo/refs/a/objects?path=p/q", nil, [("fs:ReadObject", "/object/p/q")]),
        (.GET, "/repositories/repo/refs/a/objects/stat?path=p", nil, [("fs:ReadObject", "/object/p")]),
        (.GET, "/repositories/repo/refs/a/objects/underlyingProperties?path=p", nil, [("fs:ReadObject", "/object/p")]),
        (.GET, "/repositories/repo/refs/a/objects/ls", nil, [("fs:ListObjects", "")]),
        (.GET, "/repositories/repo/branches/a/objects/stage_allowed?path=p", nil, [("fs:WriteObject", "/object/p")]),
        (.POST, "/repositories/repo/branches/a/objects?path=p", nil, [("fs:WriteObject", "/object/p")]),
        (.DELETE, "/repositories/repo/branches/a/objects?path=p", nil, [("fs:DeleteObject", "/object/p")]),
        (
            .POST, "/repositories/repo/branches/a/objects/copy?dest_path=p", #"{"src_path":"q"}"#,
            [("fs:WriteObject", "/object/p"), ("fs:ReadObject", "/object/q")]
        ),
        (
            .PUT, "/repositories/repo/branches/a/objects/stat/user_metadata?path=p", #"{"set":{}}"#,
            [("fs:WriteObject", "/object/p")]
        ),

        // Tarn's own.
        (.GET, "/repositories/repo/refs/a/merge/b/conflicts", nil, [("fs:ListObjects", "")]),
        (
            .POST, "/repositories/repo/branches/a/replay", #"{"onto":"b"}"#,
            [("fs:CreateCommit", "/branch/a"), ("fs:RevertBranch", "/branch/a")]
        ),
        (
            .GET, "/repositories/repo/refs/a/objects/last_commits", nil,
            [("fs:ListObjects", ""), ("fs:ReadBranch", "/branch/a")]
        ),
        (.GET, "/repositories/repo/refs/a/objects/summary", nil, [("fs:ListObjects", "")]),
        (.GET, "/repositories/repo/ref_log", nil, [("fs:ListBranches", ""), ("fs:ListTags", "")]),
        (.POST, "/repositories/repo/branches/a/undelete", nil, [("fs:CreateBranch", "/branch/a")]),
        (.POST, "/repositories/repo/tags/v1/undelete", nil, [("fs:CreateTag", "/tag/v1")]),

        // Users, groups, policies.
        (.GET, "/auth/users", nil, [("auth:ListUsers", "*")]),
        (.POST, "/auth/users", #"{"id":"u"}"#, [("auth:CreateUser", "arn:lakefs:auth:::user/u")]),
        (.GET, "/auth/users/u", nil, [("auth:ReadUser", "arn:lakefs:auth:::user/u")]),
        (.DELETE, "/auth/users/u", nil, [("auth:DeleteUser", "arn:lakefs:auth:::user/u")]),
        (.GET, "/auth/users/u/groups", nil, [("auth:ReadUser", "arn:lakefs:auth:::user/u")]),
        (.GET, "/auth/users/u/policies", nil, [("auth:ReadUser", "arn:lakefs:auth:::user/u")]),
        (.PUT, "/auth/users/u/policies/p", nil, [("auth:AttachPolicy", "arn:lakefs:auth:::user/u")]),
        (.DELETE, "/auth/users/u/policies/p", nil, [("auth:DetachPolicy", "arn:lakefs:auth:::user/u")]),
        (.GET, "/auth/users/u/credentials", nil, [("auth:ListCredentials", "arn:lakefs:auth:::user/u")]),
        (.POST, "/auth/users/u/credentials", nil, [("auth:CreateCredentials", "arn:lakefs:auth:::user/u")]),
        (.GET, "/auth/users/u/credentials/k", nil, [("auth:ReadCredentials", "arn:lakefs:auth:::user/u")]),
        (.DELETE, "/auth/users/u/credentials/k", nil, [("auth:DeleteCredentials", "arn:lakefs:auth:::user/u")]),
        (
            .PUT, "/auth/users/u/password", #"{"password":"p"}"#,
            [("auth:CreateCredentials", "arn:lakefs:auth:::user/u")]
        ),
        (.DELETE, "/auth/users/u/password", nil, [("auth:DeleteCredentials", "arn:lakefs:auth:::user/u")]),
        (.GET, "/auth/groups", nil, [("auth:ListGroups", "*")]),
        (.POST, "/auth/groups", #"{"id":"g"}"#, [("auth:CreateGroup", "arn:lakefs:auth:::group/g")]),
        (.GET, "/auth/groups/g", nil, [("auth:ReadGroup", "arn:lakefs:auth:::group/g")]),
        (.DELETE, "/auth/groups/g", nil, [("auth:DeleteGroup", "arn:lakefs:auth:::group/g")]),
        (.GET, "/auth/groups/g/acl", nil, [("auth:ReadGroup", "arn:lakefs:auth:::group/g")]),
        (
            .POST, "/auth/groups/g/acl", #"{"permission":"Read"}"#,
            [("auth:AttachPolicy", "arn:lakefs:auth:::group/g")]
        ),
        (.GET, "/auth/groups/g/members", nil, [("auth:ReadGroup", "arn:lakefs:auth:::group/g")]),
        (.PUT, "/auth/groups/g/members/u", nil, [("auth:AddGroupMember", "arn:lakefs:auth:::group/g")]),
        (.DELETE, "/auth/groups/g/members/u", nil, [("auth:RemoveGroupMember", "arn:lakefs:auth:::group/g")]),
        (.GET, "/auth/groups/g/policies", nil, [("auth:ReadGroup", "arn:lakefs:auth:::group/g")]),
        (.PUT, "/auth/groups/g/policies/p", nil, [("auth:AttachPolicy", "arn:lakefs:auth:::group/g")]),
        (.DELETE, "/auth/groups/g/policies/p", nil, [("auth:DetachPolicy", "arn:lakefs:auth:::group/g")]),
        (.GET, "/auth/policies", nil, [("auth:ListPolicies", "*")]),
        (.POST, "/auth/policies", policy, [("auth:CreatePolicy", "arn:lakefs:auth:::policy/p")]),
        (.GET, "/auth/policies/p", nil, [("auth:ReadPolicy", "arn:lakefs:auth:::policy/p")]),
        (.PUT, "/auth/policies/p", policy, [("auth:UpdatePolicy", "arn:lakefs:auth:::policy/p")]),
        (.DELETE, "/auth/policies/p", nil, [("auth:DeletePolicy", "arn:lakefs:auth:::policy/p")]),
        (
            .POST, "/auth/users/u/external/principals?principalId=x", nil,
            [("auth:CreateUserExternalPrincipal", "arn:lakefs:auth:::user/u")]
        ),
        (
            .DELETE, "/auth/users/u/external/principals?principalId=x", nil,
            [("auth:DeleteUserExternalPrincipal", "arn:lakefs:auth:::user/u")]
        ),
        (.GET, "/auth/users/u/external/principals/ls", nil, [("auth:ReadUser", "arn:lakefs:auth:::user/u")]),
        (
            .GET, "/auth/external/principals?principalId=x", nil,
            [("auth:ReadExternalPrincipal", "arn:lakefs:auth:::externalPrincipal/x")]
        ),
    ]

    private static let policy = #"{"id":"p","statement":[{"effect":"allow","action":["fs:*"],"resource":"*"}]}"#

    @Test("an operation asks for its permissions and no others", arguments: needs.indices)
    func asked(row: Int) async throws {
        let (method, target, json, needs) = Self.needs[row]
        let authorizer = AllBut()
        _ = try await Fixture(authorizer: authorizer, index: Self.knowNothing).send(method, target, json: json)
        let expected = needs.map { "\($0.0) \(Self.resource($0.1))" }
        #expect(Set(authorizer.asked.all) == Set(expected), "\(method) \(target)")
    }

    private static func resource(_ text: String) -> String {
        text == "*" || text.hasPrefix("arn:") ? text : "arn:lakefs:fs:::repository/repo\(text)"
    }

    @Test("who lacks one of them is told which, with 401", arguments: needs.indices)
    func refused(row: Int) async throws {
        let (method, target, json, needs) = Self.needs[row]
        for (action, _) in needs {
            let fixture = Fixture(authorizer: AllBut(action: action), index: Self.knowNothing)
            let answer = try await fixture.send(method, target, json: json)
            #expect(answer.status == 401, "\(method) \(target)")
            // The answer to HEAD has no body for the message.
            if method != .HEAD { #expect(answer.message == "insufficient permissions: not allowed to \(action)") }
        }
    }

    private static func knowNothing(_ routes: inout RPCRoutes) {
        routes.on(GetRepository.self) { _, _, _ in throw RPCError(.notFound, subject: "repository", "") }
    }
}
