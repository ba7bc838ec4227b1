import Domain
import JSONCodec
import NIOHTTP1
import Policy
import Wire

extension Routes {
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
    ]
}

private struct MetadataBody: Decodable {
    var metadata: [String: String]
}

private struct KeysBody: Decodable {
    var keys: [String]
}
