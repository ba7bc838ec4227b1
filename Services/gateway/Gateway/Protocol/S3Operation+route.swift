package import NIOHTTP1

extension S3Operation {
    /// A parameter of the query that makes a request another operation.
    struct Route: Sendable {
        let parameter: String
        let operation: S3Operation
        /// A second parameter that must be there too.
        let also: String?

        init(_ parameter: String, _ operation: S3Operation, also: String? = nil) {
            self.parameter = parameter
            self.operation = operation
            self.also = also
        }
    }

    /// The operation that a request asks for.
    ///
    /// - Parameter isCopy: whether the request names a source to copy from.
    /// - Throws: `MethodNotAllowed`.
    package init(
        _ method: HTTPMethod, _ scope: Scope, _ query: QueryItems, isCopy: Bool = false
    ) throws(S3Error) {
        if !query.isEmpty {
            let route = Self.routes(method, scope).first { route in
                query.contains(route.parameter) && route.also.map(query.contains) ?? true
            }
            if let route {
                self = isCopy && route.operation == .uploadPart ? .uploadPartCopy : route.operation
                return
            }
        }
        switch (method, scope) {
        case (.OPTIONS, _): self = .corsPreflight
        case (.GET, .service), (.HEAD, .service): self = .listBuckets
        case (.GET, .bucket): self = try query.value("list-type") == "2" ? .listObjectsV2 : .listObjects
        case (.HEAD, .bucket): self = .headBucket
        case (.PUT, .bucket): self = .createBucket
        case (.DELETE, .bucket): self = .deleteBucket
        case (.POST, .bucket): self = .postObject
        case (.GET, .object): self = .getObject
        case (.HEAD, .object): self = .headObject
        case (.PUT, .object): self = isCopy ? .copyObject : .putObject
        case (.DELETE, .object): self = .deleteObject
        default:
            throw S3Error(
                .methodNotAllowed, details: [("Method", method.rawValue), ("ResourceType", scope.resourceType)])
        }
    }

    static func routes(_ method: HTTPMethod, _ scope: Scope) -> [Route] {
        switch (method, scope) {
        case (.GET, .bucket): bucketReads
        case (.PUT, .bucket): bucketWrites
        case (.DELETE, .bucket): bucketDeletions
        case (.POST, .bucket): bucketPosts
        case (.GET, .object): objectReads
        case (.PUT, .object): objectWrites
        case (.DELETE, .object): objectDeletions
        case (.POST, .object): objectPosts
        default: []
        }
    }

    private static let bucketReads = [
        Route("uploads", .listMultipartUploads),
        Route("location", .getBucketLocation),
        Route("versioning", .getBucketVersioning),
        Route("versions", .listObjectVersions),
        Route("abac", .getBucketAbac),
        Route("accelerate", .getBucketAccelerateConfiguration),
        Route("acl", .getBucketAcl),
        Route("analytics", .getBucketAnalyticsConfiguration, also: "id"),
        Route("analytics", .listBucketAnalyticsConfigurations),
        Route("cors", .getBucketCors),
        Route("encryption", .getBucketEncryption),
        Route("intelligent-tiering", .getBucketIntelligentTieringConfiguration, also: "id"),
        Route("intelligent-tiering", .listBucketIntelligentTieringConfigurations),
        Route("inventory", .getBucketInventoryConfiguration, also: "id"),
        Route("inventory", .listBucketInventoryConfigurations),
        Route("lifecycle", .getBucketLifecycleConfiguration),
        Route("logging", .getBucketLogging),
        Route("metadataConfiguration", .getBucketMetadataConfiguration),
        Route("metadataTable", .getBucketMetadataTableConfiguration),
        Route("metrics", .getBucketMetricsConfiguration, also: "id"),
        Route("metrics", .listBucketMetricsConfigurations),
        Route("notification", .getBucketNotificationConfiguration),
        Route("object-lock", .getObjectLockConfiguration),
        Route("ownershipControls", .getBucketOwnershipControls),
        Route("policy", .getBucketPolicy),
        Route("policyStatus", .getBucketPolicyStatus),
        Route("publicAccessBlock", .getPublicAccessBlock),
        Route("replication", .getBucketReplication),
        Route("requestPayment", .getBucketRequestPayment),
        Route("session", .createSession),
        Route("tagging", .getBucketTagging),
        Route("website", .getBucketWebsite),
    ]

    private static let bucketWrites = [
        Route("abac", .putBucketAbac),
        Route("accelerate", .putBucketAccelerateConfiguration),
        Route("acl", .putBucketAcl),
        Route("analytics", .putBucketAnalyticsConfiguration),
        Route("cors", .putBucketCors),
        Route("encryption", .putBucketEncryption),
        Route("intelligent-tiering", .putBucketIntelligentTieringConfiguration),
        Route("inventory", .putBucketInventoryConfiguration),
        Route("lifecycle", .putBucketLifecycleConfiguration),
        Route("logging", .putBucketLogging),
        Route("metadataInventoryTable", .updateBucketMetadataInventoryTableConfiguration),
        Route("metadataJournalTable", .updateBucketMetadataJournalTableConfiguration),
        Route("metrics", .putBucketMetricsConfiguration),
        Route("notification", .putBucketNotificationConfiguration),
        Route("object-lock", .putObjectLockConfiguration),
        Route("ownershipControls", .putBucketOwnershipControls),
        Route("policy", .putBucketPolicy),
        Route("publicAccessBlock", .putPublicAccessBlock),
        Route("replication", .putBucketReplication),
        Route("requestPayment", .putBucketRequestPayment),
        Route("tagging", .putBucketTagging),
        Route("versioning", .putBucketVersioning),
        Route("website", .putBucketWebsite),
    ]

    private static let bucketDeletions = [
        Route("analytics", .deleteBucketAnalyticsConfiguration),
        Route("cors", .deleteBucketCors),
        Route("encryption", .deleteBucketEncryption),
        Route("intelligent-tiering", .deleteBucketIntelligentTieringConfiguration),
        Route("inventory", .deleteBucketInventoryConfiguration),
        Route("lifecycle", .deleteBucketLifecycle),
        Route("metadataConfiguration", .deleteBucketMetadataConfiguration),
        Route("metadataTable", .deleteBucketMetadataTableConfiguration),
        Route("metrics", .deleteBucketMetricsConfiguration),
        Route("ownershipControls", .deleteBucketOwnershipControls),
        Route("policy", .deleteBucketPolicy),
        Route("publicAccessBlock", .deletePublicAccessBlock),
        Route("replication", .deleteBucketReplication),
        Route("tagging", .deleteBucketTagging),
        Route("website", .deleteBucketWebsite),
    ]

    private static let bucketPosts = [
        Route("delete", .deleteObjects),
        Route("metadataConfiguration", .createBucketMetadataConfiguration),
        Route("metadataTable", .createBucketMetadataTableConfiguration),
    ]

    private static let objectReads = [
        Route("uploadId", .listParts),
        Route("acl", .getObjectAcl),
        Route("attributes", .getObjectAttributes),
        Route("legal-hold", .getObjectLegalHold),
        Route("retention", .getObjectRetention),
        Route("tagging", .getObjectTagging),
        Route("torrent", .getObjectTorrent),
    ]

    private static let objectWrites = [
        Route("uploadId", .uploadPart, also: "partNumber"),
        Route("acl", .putObjectAcl),
        Route("encryption", .updateObjectEncryption),
        Route("legal-hold", .putObjectLegalHold),
        Route("renameObject", .renameObject),
        Route("retention", .putObjectRetention),
        Route("tagging", .putObjectTagging),
    ]

    private static let objectDeletions = [
        Route("uploadId", .abortMultipartUpload),
        Route("tagging", .deleteObjectTagging),
    ]

    private static let objectPosts = [
        Route("uploads", .createMultipartUpload),
        Route("uploadId", .completeMultipartUpload),
        Route("restore", .restoreObject),
        Route("select", .selectObjectContent),
    ]
}

extension S3Operation.Scope {
    /// What S3 calls it in `MethodNotAllowed`.
    var resourceType: String {
        switch self {
        case .service: "SERVICE"
        case .bucket: "BUCKET"
        case .object: "OBJECT"
        }
    }
}
