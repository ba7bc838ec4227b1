/// What S3 answers about a part of a bucket's configuration that nobody has set, and that cannot be set here.
enum UnsetConfiguration: Sendable {
    /// A document of this root that holds `content`, which is markup.
    case document(root: StaticString, content: StaticString = "")
    /// A document that tells who owns the bucket and that nobody else may do anything.
    case ownersOnly
    case missing(S3ErrorCode)
    /// Deleting what is not set succeeds.
    case deleted
}

extension S3Operation {
    /// What this operation of a bucket answers where nothing was ever set; nil where that is no answer to it.
    var unsetConfiguration: UnsetConfiguration? {
        switch self {
        case .getBucketAbac: .document(root: "AbacStatus", content: "<Status>Disabled</Status>")
        case .getBucketAccelerateConfiguration: .document(root: "AccelerateConfiguration")
        case .getBucketAcl: .ownersOnly
        case .getBucketCors: .missing(.noSuchCORSConfiguration)
        case .getBucketEncryption: .missing(.serverSideEncryptionConfigurationNotFound)
        case .getBucketLifecycleConfiguration: .missing(.noSuchLifecycleConfiguration)
        case .getBucketLogging: .document(root: "BucketLoggingStatus")
        case .getBucketNotificationConfiguration: .document(root: "NotificationConfiguration")
        case .getBucketOwnershipControls:
            .document(
                root: "OwnershipControls",
                content: "<Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule>")
        case .getBucketPolicy, .getBucketPolicyStatus: .missing(.noSuchBucketPolicy)
        case .getBucketReplication: .missing(.replicationConfigurationNotFound)
        case .getBucketRequestPayment:
            .document(root: "RequestPaymentConfiguration", content: "<Payer>BucketOwner</Payer>")
        case .getBucketTagging: .missing(.noSuchTagSet)
        // Versions are commits here, not S3's: a bucket on which versioning was never turned on.
        case .getBucketVersioning: .document(root: "VersioningConfiguration")
        case .getBucketWebsite: .missing(.noSuchWebsiteConfiguration)
        case .getObjectLockConfiguration: .missing(.objectLockConfigurationNotFound)
        // Nothing is public, and nothing can be made so.
        case .getPublicAccessBlock:
            .document(
                root: "PublicAccessBlockConfiguration",
                content: """
                    <BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>\
                    <BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets>
                    """)
        case .getBucketAnalyticsConfiguration, .getBucketIntelligentTieringConfiguration,
            .getBucketInventoryConfiguration, .getBucketMetricsConfiguration,
            .deleteBucketAnalyticsConfiguration, .deleteBucketIntelligentTieringConfiguration,
            .deleteBucketInventoryConfiguration, .deleteBucketMetricsConfiguration:
            .missing(.noSuchConfiguration)
        case .listBucketAnalyticsConfigurations:
            .document(root: "ListBucketAnalyticsConfigurationResult", content: Self.emptyList)
        case .listBucketIntelligentTieringConfigurations:
            .document(root: "ListBucketIntelligentTieringConfigurationsOutput", content: Self.emptyList)
        case .listBucketInventoryConfigurations:
            .document(root: "ListInventoryConfigurationsResult", content: Self.emptyList)
        case .listBucketMetricsConfigurations:
            .document(root: "ListMetricsConfigurationsResult", content: Self.emptyList)
        case .deleteBucketCors, .deleteBucketLifecycle, .deleteBucketPolicy, .deleteBucketReplication,
            .deleteBucketTagging, .deleteBucketWebsite:
            .deleted
        default: nil
        }
    }

    private static let emptyList: StaticString = "<IsTruncated>false</IsTruncated>"
}
