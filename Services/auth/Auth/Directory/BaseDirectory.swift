import Policy

/// The groups and policies that every installation begins with, by lakeFS's names.
///
/// The migration that made them holds them too, for what is stored does not change with the program; a test compares them.
enum BaseDirectory {
    /// The group that always has a member, and what lets its members repair anything.
    static let administrators = "Admins"
    static let administration = "AuthFullAccess"

    static let groups: [(id: String, description: String, policies: [String])] = [
        (
            administrators, "Everything",
            [
                "AuthFullAccess", "CatalogReadWriteAll", "FSFullAccess", "PRReadWriteAll", "RepoManagementFullAccess",
            ]
        ),
        (
            "Developers", "Reads and writes of all repositories",
            ["AuthManageOwnCredentials", "FSReadWriteAll", "PRReadWriteAll", "RepoManagementReadAll"]
        ),
        (
            "SuperUsers", "Everything but users and settings",
            ["AuthManageOwnCredentials", "FSFullAccess", "PRReadWriteAll", "RepoManagementReadAll"]
        ),
        (
            "Viewers", "Reads of all repositories",
            ["AuthManageOwnCredentials", "FSReadAll"]
        ),
    ]

    static let policies: [PolicyDocument] = [
        allow(administration, ["auth:*"]),
        allow(
            "AuthManageOwnCredentials",
            ["auth:CreateCredentials", "auth:DeleteCredentials", "auth:ListCredentials", "auth:ReadCredentials"],
            on: "arn:lakefs:auth:::user/${user}"),
        allow("CatalogReadAll", ["catalog:List*", "catalog:Read*"]),
        allow("CatalogReadWriteAll", ["catalog:*"]),
        allow("FSFullAccess", ["fs:*"]),
        allow("FSReadAll", ["fs:List*", "fs:Read*"]),
        allow(
            "FSReadWriteAll",
            [
                "fs:List*", "fs:Read*", "fs:WriteObject", "fs:DeleteObject", "fs:RevertBranch", "fs:CreateBranch",
                "fs:DeleteBranch", "fs:CreateTag", "fs:DeleteTag", "fs:CreateCommit",
            ]),
        allow("PRReadWriteAll", ["pr:*"]),
        allow("RepoManagementFullAccess", ["branches:*", "ci:*", "fs:ReadConfig", "retention:*"]),
        allow("RepoManagementReadAll", ["branches:Get*", "ci:Read*", "fs:ReadConfig", "retention:Get*"]),
    ]

    /// What lets an administrator do anything.
    static let administratorPolicies: [PolicyDocument] = {
        let ids = groups.first { $0.id == administrators }?.policies ?? []
        return policies.filter { ids.contains($0.id) }
    }()

    private static func allow(_ id: String, _ actions: [String], on resource: String = "*") -> PolicyDocument {
        PolicyDocument(id: id, statement: [PolicyStatement(effect: "allow", action: actions, resource: resource)])
    }
}
