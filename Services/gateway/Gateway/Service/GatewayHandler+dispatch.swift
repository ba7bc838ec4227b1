extension GatewayHandler {
    /// Carries out what a request asks for.
    ///
    /// - Throws: what its client is told instead of an answer.
    func answer(_ exchange: S3Exchange) async throws(S3Error) {
        switch exchange.operation {
        case .listBuckets: try await listBuckets(exchange)
        case .headBucket: try await headBucket(exchange)
        case .getBucketLocation: try await getBucketLocation(exchange)
        case .createBucket: try await createBucket(exchange)
        case .deleteBucket: try await deleteBucket(exchange)
        case .listObjects: try await listObjects(exchange, isVersionTwo: false)
        case .listObjectsV2: try await listObjects(exchange, isVersionTwo: true)
        case .listObjectVersions: try await listObjectVersions(exchange)
        case .listMultipartUploads: try await listMultipartUploads(exchange)
        case .deleteObjects: try await deleteObjects(exchange)

        case .getObject, .headObject: try await getObject(exchange)
        case .putObject: try await putObject(exchange)
        case .copyObject: try await copyObject(exchange)
        case .deleteObject: try await deleteObject(exchange)
        case .getObjectAttributes: try await getObjectAttributes(exchange)
        case .getObjectTagging: try await getObjectTagging(exchange)
        case .putObjectTagging: try await putObjectTagging(exchange)
        case .deleteObjectTagging: try await deleteObjectTagging(exchange)

        case .createMultipartUpload: try await createMultipartUpload(exchange)
        case .uploadPart: try await uploadPart(exchange)
        case .uploadPartCopy: try await uploadPartCopy(exchange)
        case .completeMultipartUpload: try await completeMultipartUpload(exchange)
        case .abortMultipartUpload: try await abortMultipartUpload(exchange)
        case .listParts: try await listParts(exchange)

        case .putBucketAcl: try await putBucketAcl(exchange)
        case .getObjectAcl: try await getObjectAcl(exchange)
        case .putObjectAcl: try await putObjectAcl(exchange)
        case .getObjectLegalHold, .getObjectRetention, .putObjectLegalHold, .putObjectRetention:
            try await objectLock(exchange)

        case .getBucketAbac, .getBucketAccelerateConfiguration, .getBucketAcl, .getBucketCors, .getBucketEncryption,
            .getBucketLifecycleConfiguration, .getBucketLogging, .getBucketNotificationConfiguration,
            .getBucketOwnershipControls, .getBucketPolicy, .getBucketPolicyStatus, .getBucketReplication,
            .getBucketRequestPayment, .getBucketTagging, .getBucketVersioning, .getBucketWebsite,
            .getObjectLockConfiguration, .getPublicAccessBlock, .getBucketAnalyticsConfiguration,
            .getBucketIntelligentTieringConfiguration, .getBucketInventoryConfiguration,
            .getBucketMetricsConfiguration, .deleteBucketAnalyticsConfiguration,
            .deleteBucketIntelligentTieringConfiguration, .deleteBucketInventoryConfiguration,
            .deleteBucketMetricsConfiguration, .listBucketAnalyticsConfigurations,
            .listBucketIntelligentTieringConfigurations, .listBucketInventoryConfigurations,
            .listBucketMetricsConfigurations, .deleteBucketCors, .deleteBucketLifecycle, .deleteBucketPolicy,
            .deleteBucketReplication, .deleteBucketTagging, .deleteBucketWebsite:
            try await unsetConfiguration(exchange)

        case .createSession, .postObject, .corsPreflight, .createBucketMetadataConfiguration,
            .createBucketMetadataTableConfiguration, .deleteBucketEncryption, .deleteBucketMetadataConfiguration,
            .deleteBucketMetadataTableConfiguration, .deleteBucketOwnershipControls, .deletePublicAccessBlock,
            .getBucketMetadataConfiguration, .getBucketMetadataTableConfiguration, .putBucketAbac,
            .putBucketAccelerateConfiguration, .putBucketAnalyticsConfiguration, .putBucketCors,
            .putBucketEncryption, .putBucketIntelligentTieringConfiguration, .putBucketInventoryConfiguration,
            .putBucketLifecycleConfiguration, .putBucketLogging, .putBucketMetricsConfiguration,
            .putBucketNotificationConfiguration, .putBucketOwnershipControls, .putBucketPolicy,
            .putBucketReplication, .putBucketRequestPayment, .putBucketTagging, .putBucketVersioning,
            .putBucketWebsite, .putObjectLockConfiguration, .putPublicAccessBlock,
            .updateBucketMetadataInventoryTableConfiguration, .updateBucketMetadataJournalTableConfiguration,
            .getObjectTorrent,
            .renameObject, .restoreObject, .selectObjectContent, .updateObjectEncryption:
            throw refusal(exchange)
        }
    }

    /// What is told of an operation that there is not, to those who might carry it out.
    private func refusal(_ exchange: S3Exchange) -> S3Error {
        guard let repository = try? exchange.repository() else { return S3Error(.notImplemented) }
        let path = try? VersionedPath(exchange.key).readTarget().path
        guard allows(exchange, exchange.operation.permission(repository, path)) else { return S3Error(.accessDenied) }
        return S3Error(.notImplemented, "\(exchange.operation.rawValue) is not implemented")
    }
}
