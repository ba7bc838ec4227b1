extension GatewayHandler {
    /// Carries out what a request asks for.
    ///
    /// - Throws: what its client is told instead of an answer.
    func answer(_ exchange: S3Exchange) async throws(S3Error) {
        switch exchange.operation {
        case .listBuckets: try await listBuckets(exchange)
        case .headBucket: try await headBucket(exchange)
        case .getBucketLocation: try await getBucketLocation(exchange)
        case .getBucketVersioning: try await getBucketVersioning(exchange)
        case .createBucket: try await createBucket(exchange)
        case .listObjects: try await listObjects(exchange, isVersionTwo: false)
        case .listObjectsV2: try await listObjects(exchange, isVersionTwo: true)
        case .listMultipartUploads: try await listMultipartUploads(exchange)
        case .deleteObjects: try await deleteObjects(exchange)

        case .getObject, .headObject: try await getObject(exchange)
        case .putObject: try await putObject(exchange)
        case .copyObject: try await copyObject(exchange)
        case .deleteObject: try await deleteObject(exchange)

        case .createMultipartUpload: try await createMultipartUpload(exchange)
        case .uploadPart: try await uploadPart(exchange)
        case .uploadPartCopy: try await uploadPartCopy(exchange)
        case .completeMultipartUpload: try await completeMultipartUpload(exchange)
        case .abortMultipartUpload: try await abortMultipartUpload(exchange)
        case .listParts: try await listParts(exchange)

        case .createSession, .deleteBucket, .listObjectVersions, .postObject, .corsPreflight,
            .createBucketMetadataConfiguration, .createBucketMetadataTableConfiguration,
            .deleteBucketAnalyticsConfiguration, .deleteBucketCors, .deleteBucketEncryption,
            .deleteBucketIntelligentTieringConfiguration, .deleteBucketInventoryConfiguration, .deleteBucketLifecycle,
            .deleteBucketMetadataConfiguration, .deleteBucketMetadataTableConfiguration,
            .deleteBucketMetricsConfiguration, .deleteBucketOwnershipControls, .deleteBucketPolicy,
            .deleteBucketReplication, .deleteBucketTagging, .deleteBucketWebsite, .deletePublicAccessBlock,
            .getBucketAbac, .getBucketAccelerateConfiguration, .getBucketAcl, .getBucketAnalyticsConfiguration,
            .getBucketCors, .getBucketEncryption, .getBucketIntelligentTieringConfiguration,
            .getBucketInventoryConfiguration, .getBucketLifecycleConfiguration, .getBucketLogging,
            .getBucketMetadataConfiguration, .getBucketMetadataTableConfiguration, .getBucketMetricsConfiguration,
            .getBucketNotificationConfiguration, .getBucketOwnershipControls, .getBucketPolicy,
            .getBucketPolicyStatus, .getBucketReplication, .getBucketRequestPayment, .getBucketTagging,
            .getBucketWebsite, .getObjectLockConfiguration, .getPublicAccessBlock,
            .listBucketAnalyticsConfigurations, .listBucketIntelligentTieringConfigurations,
            .listBucketInventoryConfigurations, .listBucketMetricsConfigurations, .putBucketAbac,
            .putBucketAccelerateConfiguration, .putBucketAcl, .putBucketAnalyticsConfiguration, .putBucketCors,
            .putBucketEncryption, .putBucketIntelligentTieringConfiguration, .putBucketInventoryConfiguration,
            .putBucketLifecycleConfiguration, .putBucketLogging, .putBucketMetricsConfiguration,
            .putBucketNotificationConfiguration, .putBucketOwnershipControls, .putBucketPolicy,
            .putBucketReplication, .putBucketRequestPayment, .putBucketTagging, .putBucketVersioning,
            .putBucketWebsite, .putObjectLockConfiguration, .putPublicAccessBlock,
            .updateBucketMetadataInventoryTableConfiguration, .updateBucketMetadataJournalTableConfiguration,
            .deleteObjectTagging, .getObjectAcl, .getObjectAttributes, .getObjectLegalHold, .getObjectRetention,
            .getObjectTagging, .getObjectTorrent, .putObjectAcl, .putObjectLegalHold, .putObjectRetention,
            .putObjectTagging, .renameObject, .restoreObject, .selectObjectContent, .updateObjectEncryption:
            throw S3Error(.notImplemented, "\(exchange.operation.rawValue) is not implemented")
        }
    }
}
