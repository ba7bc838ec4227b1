import Domain
import JSONCodec
import NIOHTTP1
import ObjectStore
import Policy

extension Routes {
    static let configuration: [Route] = [
        Route(
            "healthCheck", .GET, "/healthcheck", .healthCheck, "Answers when the process serves.",
            replies: [.empty(204, "It does.")], access: .open
        ) { _ in .noContent },
        Route(
            "getConfig", .GET, "/config", .config, "Tells what this installation is and can.",
            replies: [.json(200, Schemas.configuration, "The configuration.")], access: .signedIn
        ) { call in
            .object { writer in
                writer.key("version_config")
                writer.version()
                writer.key("storage_config")
                writer.storage(call.services)
                writer.key("storage_config_list")
                writer.array { _ in }
                writer.key("ui_config")
                writer.object { writer in
                    writer.key("custom_viewers")
                    writer.array { _ in }
                }
                writer.key("capabilities_config")
                writer.object { _ in }
                writer.key("tarn")
                writer.object { writer in
                    if let url = call.services.settings.s3EndpointURL { writer.member("s3_endpoint_url", url) }
                }
            }
        },
        Route(
            "getLakeFSVersion", .GET, "/config/version", .internal, "Tells the version.",
            replies: [.json(200, Schemas.versionConfiguration, "The version.")], access: .signedIn
        ) { _ in
            var writer = JSONWriter()
            writer.version()
            return .json(200, writer.bytes)
        },
        Route(
            "getStorageConfig", .GET, "/config/storage", .internal, "Tells what the object store can.",
            replies: [.json(200, Schemas.storageConfiguration, "The store's configuration.")],
            access: .needs(.readConfig, on: .all)
        ) { call in
            var writer = JSONWriter()
            writer.storage(call.services)
            return .json(200, writer.bytes)
        },
        Route(
            "getGarbageCollectionConfig", .GET, "/config/garbage-collection", .internal,
            "Tells how long young data is safe from collection.",
            replies: [.json(200, Schemas.collectionConfiguration, "The configuration.")], access: .signedIn
        ) { _ in .object { writer in writer.member("grace_period", 86_400) } },
        Route(
            "postStatsEvents", .POST, "/statistics", .internal, "Accepts usage statistics; none are kept.",
            body: .json(Schemas.statistics), replies: [.empty(204, "Nothing was kept.")], access: .signedIn
        ) { _ in .noContent },
        Route(
            "getUsageReportSummary", .GET, "/usage-report/summary", .internal,
            "Reports usage by month; no such report is kept.",
            replies: [.json(200, Schemas.usageReport, "The report.")], access: .signedIn
        ) { _ in throw APIError(404, "installation not found") },
    ]
}

extension JSONWriter {
    fileprivate mutating func version() {
        object { writer in
            writer.member("version", APIVersion.current)
            writer.member("version_context", "tarn")
            writer.member("latest_version", APIVersion.current)
            writer.member("upgrade_recommended", false)
            writer.member("upgrade_url", "")
        }
    }

    fileprivate mutating func storage(_ services: Services) {
        let scheme = services.store.scheme.rawValue
        object { writer in
            writer.member("blockstore_type", scheme)
            writer.member("blockstore_namespace_example", "\(scheme)://example-bucket/")
            writer.member("blockstore_namespace_ValidityRegex", "^\(scheme)://")
            writer.member("default_namespace_prefix", services.settings.defaultNamespacePrefix)
            writer.member("pre_sign_support", services.settings.presigns)
            // Browsers reach another store only if its operator lets pages of other sites in.
            writer.member("pre_sign_support_ui", services.settings.presigns && services.store.scheme == .local)
            writer.member("import_support", false)
            writer.member("import_validity_regex", "^\(scheme)://")
            writer.member("pre_sign_multipart_upload", services.settings.presigns)
            writer.member("blockstore_id", "")
            writer.member("blockstore_description", "")
        }
    }
}
