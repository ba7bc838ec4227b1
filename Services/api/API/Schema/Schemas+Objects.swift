extension Schemas {
    static let userMetadata = Schema.named("ObjectUserMetadata", .metadata)

    static let objectStats = Schema.named(
        "ObjectStats",
        .object([
            .required("path", .string), .required("path_type", .oneOf("common_prefix", "object")),
            .required("physical_address", .string, "Where the bytes are."),
            .optional("physical_address_expiry", .integer, "Seconds since 1970; of a signed address."),
            .required("checksum", .string, "The entity tag without its quotes."),
            .optional("size_bytes", .integer), .required("mtime", .integer, "Seconds since 1970."),
            .optional("metadata", userMetadata), .optional("content_type", .string),
        ]))
    static let objectStatsList = list("ObjectStatsList", of: objectStats)

    static let pathList = Schema.named("PathList", .object([.required("paths", .strings, "At most 1,000.")]))
    private static let objectError = Schema.named(
        "ObjectError",
        .object([
            .required("status_code", .integer), .required("message", .string), .optional("path", .string),
        ]))
    static let objectErrorList = Schema.named(
        "ObjectErrorList", .object([.required("errors", .array(objectError), "Empty where all went well.")]))

    static let copyCreation = Schema.named(
        "ObjectCopyCreation",
        .object([
            .required("src_path", .string), .optional("src_ref", .string, "The destination branch where left out."),
            .optional("force", .boolean, default: "false"),
            .optional("shallow", .boolean, "Not supported; answered 501.", default: "false"),
        ]))

    static let stageCreation = Schema.named(
        "ObjectStageCreation",
        .object([
            .required("physical_address", .string), .required("checksum", .string),
            .required("size_bytes", .integer), .optional("mtime", .integer), .optional("metadata", userMetadata),
            .optional("content_type", .string), .optional("force", .boolean, default: "false"),
        ]))

    static let userMetadataUpdate = Schema.named(
        "UpdateObjectUserMetadata", .object([.required("set", userMetadata, "Replaces all there is.")]))

    static let underlyingProperties = Schema.named(
        "UnderlyingObjectProperties", .object([.optional("storage_class", .nullable(.string))]))

    private static let stagingLocation = Schema.named(
        "StagingLocation",
        .object([
            .optional("physical_address", .string), .optional("presigned_url", .nullable(.string)),
            .optional("presigned_url_expiry", .integer, "Seconds since 1970."),
        ]))
    static let stagingAddress = stagingLocation
    static let stagingMetadata = Schema.named(
        "StagingMetadata",
        .object([
            .required("staging", stagingLocation), .required("checksum", .string), .required("size_bytes", .integer),
            .optional("user_metadata", .metadata), .optional("content_type", .string), .optional("mtime", .integer),
            .optional("force", .boolean, default: "false"),
        ]))

    static let presignedUpload = Schema.named(
        "PresignMultipartUpload",
        .object([
            .required("upload_id", .string), .required("physical_address", .string),
            .optional("presigned_urls", .strings),
        ]))
    private static let uploadedPart = Schema.named(
        "UploadPart", .object([.required("part_number", .integer), .required("etag", .string)]))
    static let presignedCompletion = Schema.named(
        "CompletePresignMultipartUpload",
        .object([
            .required("physical_address", .string), .required("parts", .array(uploadedPart)),
            .optional("user_metadata", .metadata), .optional("content_type", .string),
        ]))
    static let presignedAbort = Schema.named(
        "AbortPresignMultipartUpload", .object([.required("physical_address", .string)]))
    static let uploadPartFrom = Schema.named(
        "UploadPartFrom", .object([.required("physical_address", .string)]))
    static let uploadPartCopyFrom = Schema.named(
        "UploadPartCopyFrom",
        .object([
            .required("physical_address", .string),
            .required(
                "copy_source",
                .named(
                    "CopyPartSource",
                    .object([
                        .required("repository", .string), .required("ref", .string), .required("path", .string),
                        .optional("range", rangeHeader),
                    ]))),
        ]))
    static let uploadTo = Schema.named("UploadTo", .object([.required("presigned_url", .string)]))
}
