import Domain
import JSONCodec
import NIOHTTP1
import Policy
import Wire

extension Routes {
    private static let taskID = Parameter.required("task_id", .string, "What the submission answered.")

    static let repositorySettings: [Route] = [
        Route(
            "getRepositoryMetadata", .GET, "/repositories/{repository}/metadata", .repositories,
            "Shows a repository's metadata.", replies: [.json(200, Schemas.repositoryMetadata, "The metadata.")],
            access: .needs(.readRepository, on: .repository)
        ) { call in
            let metadata = try await call.index(GetRepositoryMetadata.self, .init(repository: call.repository))
            return .one { $0.value(metadata.values) }
        },
        Route(
            "setRepositoryMetadata", .POST, "/repositories/{repository}/metadata", .internal,
            "Adds to or changes a repository's metadata.", body: .json(Schemas.repositoryMetadataSet),
            replies: [.empty(204, "Set.")], access: .needs(.updateRepository, on: .repository)
        ) { call in
            let set = try call.body(MetadataBody.self).metadata
            _ = try await call.index(ChangeRepositoryMetadata.self, .init(repository: call.repository, set: set))
            return .noContent
        },
        Route(
            "deleteRepositoryMetadata", .DELETE, "/repositories/{repository}/metadata", .internal,
            "Removes keys from a repository's metadata.", body: .json(Schemas.repositoryMetadataKeys),
            replies: [.empty(204, "Removed.")], access: .needs(.updateRepository, on: .repository)
        ) { call in
            let keys = try call.body(KeysBody.self).keys
            _ = try await call.index(
                ChangeRepositoryMetadata.self, .init(repository: call.repository, removed: keys))
            return .noContent
        },
        Route(
            "getGCRules", .GET, "/repositories/{repository}/settings/gc_rules", .repositories,
            "Shows how long data is kept.", replies: [.json(200, Schemas.collectionRules, "The rules.")],
            access: .signedIn),
        Route(
            "setGCRules", .PUT, "/repositories/{repository}/settings/gc_rules", .repositories,
            "Sets how long data is kept.", body: .json(Schemas.collectionRules), replies: [.empty(204, "Set.")],
            access: .signedIn),
        Route(
            "deleteGCRules", .DELETE, "/repositories/{repository}/settings/gc_rules", .repositories,
            "Forgets how long data is kept.", replies: [.empty(204, "Forgotten.")], access: .signedIn),
        Route(
            "getBranchProtectionRules", .GET, "/repositories/{repository}/settings/branch_protection", .repositories,
            "Shows which branches are protected.",
            replies: [.json(200, .array(Schemas.protectionRule), "The rules.")],
            access: .needs(.getBranchProtectionRules, on: .repository)
        ) { call in try await BranchProtection(call: call).show() },
        Route(
            "setBranchProtectionRules", .PUT, "/repositories/{repository}/settings/branch_protection", .repositories,
            "Replaces the rules that protect branches.",
            parameters: [BranchProtection.ifMatch],
            body: .json(.array(Schemas.protectionRule)), replies: [.empty(204, "Set.")],
            access: .needs(.setBranchProtectionRules, on: .repository)
        ) { call in try await BranchProtection(call: call).replace() },
        Route(
            "dumpRefs", .PUT, "/repositories/{repository}/refs/dump", .internal, "Writes all references to the store.",
            replies: [.json(201, Schemas.refsDump, "Where they are.")], access: .signedIn),
        Route(
            "restoreRefs", .PUT, "/repositories/{repository}/refs/restore", .internal,
            "Reads references from the store into a bare repository.", body: .json(Schemas.refsRestore),
            replies: [.empty(200, "Restored.")], access: .signedIn),
        Route(
            "dumpSubmit", .POST, "/repositories/{repository}/dump", .repositories,
            "Begins to write all references to the store.",
            replies: [.json(202, Schemas.task, "Begun.")], access: .signedIn),
        Route(
            "dumpStatus", .GET, "/repositories/{repository}/dump", .repositories, "Tells how a dump goes.",
            parameters: [taskID], replies: [.json(200, Schemas.dumpStatus, "The state.")], access: .signedIn),
        Route(
            "restoreSubmit", .POST, "/repositories/{repository}/restore", .repositories,
            "Begins to read references from the store into a bare repository.", body: .json(Schemas.refsRestore),
            replies: [.json(202, Schemas.task, "Begun.")], access: .signedIn),
        Route(
            "restoreStatus", .GET, "/repositories/{repository}/restore", .repositories, "Tells how a restore goes.",
            parameters: [taskID], replies: [.json(200, Schemas.restoreStatus, "The state.")], access: .signedIn),
    ]
}

private struct MetadataBody: Decodable {
    var metadata: [String: String]
}

private struct KeysBody: Decodable {
    var keys: [String]
}
