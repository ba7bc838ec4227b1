extension Schemas {
    static let setupState = Schema.named(
        "SetupState",
        .object([
            .optional("state", .oneOf("initialized", "not_initialized"), "Whether there is an administrator."),
            .optional("comm_prefs_missing", .boolean, "Always false: nobody is asked for an address."),
            .optional("login_config", loginConfiguration),
        ]))

    static let loginConfiguration = Schema.named(
        "LoginConfig",
        .object([
            .optional("RBAC", .oneOf("none", "simplified", "internal", "external"), "How permissions are managed."),
            .optional("username_ui_placeholder", .string), .optional("password_ui_placeholder", .string),
            .required("login_url", .string), .optional("login_url_method", .oneOf("none", "redirect", "select")),
            .optional("login_failed_message", .string), .optional("fallback_login_url", .string),
            .optional("fallback_login_label", .string), .required("login_cookie_names", .strings),
            .required("logout_url", .string),
            .optional(
                "tarn",
                .named(
                    "TarnLoginConfig",
                    .object([.optional("provider", .string, "What people call the OpenID provider.")]))
            ),
        ]))

    static let accessKeyCredentials = Schema.named(
        "AccessKeyCredentials",
        .object([
            .required("access_key_id", .text(TextRule(minLength: 1))),
            .required("secret_access_key", .text(TextRule(minLength: 1))),
        ]))

    private static let communication: [Field] = [
        .optional("firstName", .string), .optional("lastName", .string), .optional("email", .string),
        .optional("companyName", .string),
    ]

    static let setup = Schema.named(
        "Setup",
        .object(
            [
                .required("username", .text(TextRule(minLength: 1)), "The id of the administrator."),
                .optional("key", accessKeyCredentials, "The access key to give it, instead of a fresh one."),
            ] + communication + [
                .optional("featureUpdates", .boolean), .optional("securityUpdates", .boolean),
            ]))

    static let communicationPreferences = Schema.named(
        "CommPrefsInput",
        .object(
            communication + [
                .required("featureUpdates", .boolean), .required("securityUpdates", .boolean),
            ]))

    static let versionConfiguration = Schema.named(
        "VersionConfig",
        .object([
            .optional("version", .string), .optional("version_context", .string),
            .optional("latest_version", .string), .optional("upgrade_recommended", .boolean),
            .optional("upgrade_url", .string),
        ]))

    static let storageConfiguration = Schema.named(
        "StorageConfig",
        .object([
            .required("blockstore_type", .string, "`s3` or `local`."),
            .required("blockstore_namespace_example", .string),
            .required("blockstore_namespace_ValidityRegex", .string, "What a new repository's namespace must match."),
            .optional("default_namespace_prefix", .string, "What clients propose a namespace with."),
            .required("pre_sign_support", .boolean), .required("pre_sign_support_ui", .boolean),
            .required("import_support", .boolean), .required("import_validity_regex", .string),
            .optional("pre_sign_multipart_upload", .boolean), .optional("blockstore_id", .string),
            .optional("blockstore_description", .string),
        ]))

    static let customViewer = Schema.named(
        "CustomViewer",
        .object([
            .required("name", .string), .required("url", .string), .optional("extensions", .strings),
            .optional("content_types", .strings),
        ]))

    static let tarnConfiguration = Schema.named(
        "TarnConfig", .object([.optional("s3_endpoint_url", .string, "Where S3 clients go.")]))

    static let configuration = Schema.named(
        "Config",
        .object([
            .optional("version_config", versionConfiguration), .optional("storage_config", storageConfiguration),
            .optional("storage_config_list", .named("StorageConfigList", .array(storageConfiguration))),
            .optional(
                "ui_config", .named("UIConfig", .object([.optional("custom_viewers", .array(customViewer))]))),
            .optional("capabilities_config", .named("CapabilitiesConfig", .object([]))),
            .optional("tarn", tarnConfiguration),
        ]))

    static let collectionConfiguration = Schema.named(
        "GarbageCollectionConfig", .object([.optional("grace_period", .integer, "In seconds.")]))

    static let statistics = Schema.named(
        "StatsEventsList",
        .object([
            .required(
                "events",
                .array(
                    .named(
                        "StatsEvent",
                        .object([
                            .required("class", .text(TextRule(minLength: 1))),
                            .required("name", .text(TextRule(minLength: 1))),
                            .required("count", .integer(0 ... .max)),
                        ]))))
        ]))

    static let usageReport = Schema.named(
        "InstallationUsageReport",
        .object([
            .required("installation_id", .string),
            .required(
                "reports",
                .array(
                    .named(
                        "UsageReport",
                        .object([
                            .required("year", .integer), .required("month", .integer), .required("count", .integer),
                        ])))),
        ]))
}
