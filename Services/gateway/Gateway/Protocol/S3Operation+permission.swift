package import Domain
package import Policy

extension S3Operation {
    /// What a caller must be allowed to do.
    package var action: Action {
        switch self {
        case .listBuckets: .listRepositories
        case .createBucket: .createRepository
        case .deleteBucket: .deleteRepository
        case .headBucket, .getBucketLocation, .getBucketVersioning, .createSession, .corsPreflight, .getBucketAbac,
            .getBucketAccelerateConfiguration, .getBucketAcl, .getBucketAnalyticsConfiguration, .getBucketCors,
            .getBucketEncryption, .getBucketIntelligentTieringConfiguration, .getBucketInventoryConfiguration,
            .getBucketLifecycleConfiguration, .getBucketLogging, .getBucketMetadataConfiguration,
            .getBucketMetadataTableConfiguration, .getBucketMetricsConfiguration, .getBucketNotificationConfiguration,
            .getBucketOwnershipControls, .getBucketPolicy, .getBucketPolicyStatus, .getBucketReplication,
            .getBucketRequestPayment, .getBucketTagging, .getBucketWebsite, .getObjectLockConfiguration,
            .getPublicAccessBlock, .listBucketAnalyticsConfigurations, .listBucketIntelligentTieringConfigurations,
            .listBucketInventoryConfigurations, .listBucketMetricsConfigurations:
            .readRepository
        case .createBucketMetadataConfiguration, .createBucketMetadataTableConfiguration,
            .deleteBucketAnalyticsConfiguration, .deleteBucketCors, .deleteBucketEncryption,
            .deleteBucketIntelligentTieringConfiguration, .deleteBucketInventoryConfiguration, .deleteBucketLifecycle,
            .deleteBucketMetadataConfiguration, .deleteBucketMetadataTableConfiguration,
            .deleteBucketMetricsConfiguration, .deleteBucketOwnershipControls, .deleteBucketPolicy,
            .deleteBucketReplication, .deleteBucketTagging, .deleteBucketWebsite, .deletePublicAccessBlock,
            .putBucketAbac, .putBucketAccelerateConfiguration, .putBucketAcl, .putBucketAnalyticsConfiguration,
            .putBucketCors, .putBucketEncryption, .putBucketIntelligentTieringConfiguration,
            .putBucketInventoryConfiguration, .putBucketLifecycleConfiguration, .putBucketLogging,
            .putBucketMetricsConfiguration, .putBucketNotificationConfiguration, .putBucketOwnershipControls,
            .putBucketPolicy, .putBucketReplication, .putBucketRequestPayment, .putBucketTagging,
            .putBucketVersioning, .putBucketWebsite, .putObjectLockConfiguration, .putPublicAccessBlock,
            .updateBucketMetadataInventoryTableConfiguration, .updateBucketMetadataJournalTableConfiguration:
            .updateRepository
        case .listObjects, .listObjectsV2, .listObjectVersions, .listMultipartUploads: .listObjects
        case .getObject, .headObject, .getObjectAcl, .getObjectAttributes, .getObjectLegalHold, .getObjectRetention,
            .getObjectTagging, .getObjectTorrent, .selectObjectContent:
            .readObject
        case .putObject, .copyObject, .createMultipartUpload, .uploadPart, .uploadPartCopy, .completeMultipartUpload,
            .abortMultipartUpload, .listParts, .postObject, .putObjectAcl, .putObjectLegalHold, .putObjectRetention,
            .putObjectTagging, .deleteObjectTagging, .renameObject, .restoreObject, .updateObjectEncryption:
            .writeObject
        case .deleteObject, .deleteObjects: .deleteObject
        }
    }

    /// The permission of this operation on a repository or on one of its paths.
    ///
    /// Operations on many paths (`DeleteObjects`) ask for each of them, copies for what is read as for what is written.
    package func permission(_ repository: RepositoryName?, _ path: ObjectKey? = nil) -> Permission {
        switch (repository, path) {
        case (let repository?, let path?): Permission(action, on: .object(repository, path))
        case (let repository?, nil): Permission(action, on: .repository(repository))
        // Those that a caller may see are shown.
        case (nil, _): Permission(action, on: .some)
        }
    }

    /// The permission of a listing: of the repository, or of every object below the prefix.
    ///
    /// - Parameter prefix: of keys. One that ends within the reference stands for the objects of many references, which only a
    ///   right to all of a repository's objects covers.
    package func permission(_ repository: RepositoryName, listing prefix: String) -> Permission {
        Permission(action, on: .listing(repository, prefix: VersionedPath(prefix.utf8).path ?? []))
    }
}
