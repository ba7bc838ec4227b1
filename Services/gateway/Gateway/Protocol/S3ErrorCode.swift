/// The error codes of S3 that this gateway answers with (S3: error responses).
package enum S3ErrorCode: String, Sendable, CaseIterable {
    case accessControlListNotSupported = "AccessControlListNotSupported"
    case accessDenied = "AccessDenied"
    case accessForbidden = "AccessForbidden"
    case authorizationHeaderMalformed = "AuthorizationHeaderMalformed"
    case authorizationQueryParametersError = "AuthorizationQueryParametersError"
    case badDigest = "BadDigest"
    case badRequest = "BadRequest"
    case bucketAlreadyOwnedByYou = "BucketAlreadyOwnedByYou"
    case bucketNotEmpty = "BucketNotEmpty"
    case entityTooLarge = "EntityTooLarge"
    case entityTooSmall = "EntityTooSmall"
    case expiredToken = "ExpiredToken"
    case incompleteBody = "IncompleteBody"
    case internalError = "InternalError"
    case invalidAccessKeyID = "InvalidAccessKeyId"
    case invalidArgument = "InvalidArgument"
    case invalidBucketName = "InvalidBucketName"
    case invalidBucketACL = "InvalidBucketAclWithObjectOwnership"
    case invalidDigest = "InvalidDigest"
    case invalidLocationConstraint = "InvalidLocationConstraint"
    case invalidObjectState = "InvalidObjectState"
    case invalidPart = "InvalidPart"
    case invalidPartNumber = "InvalidPartNumber"
    case invalidPartOrder = "InvalidPartOrder"
    case invalidPolicyDocument = "InvalidPolicyDocument"
    case invalidRange = "InvalidRange"
    case invalidRequest = "InvalidRequest"
    case invalidStorageClass = "InvalidStorageClass"
    case invalidTag = "InvalidTag"
    case invalidToken = "InvalidToken"
    case invalidURI = "InvalidURI"
    case keyTooLong = "KeyTooLongError"
    case malformedPOSTRequest = "MalformedPOSTRequest"
    case malformedTrailer = "MalformedTrailerError"
    case malformedXML = "MalformedXML"
    case maxMessageLengthExceeded = "MaxMessageLengthExceeded"
    case maxPostPreDataLengthExceeded = "MaxPostPreDataLengthExceeded"
    case metadataTooLarge = "MetadataTooLarge"
    case methodNotAllowed = "MethodNotAllowed"
    case missingContentLength = "MissingContentLength"
    case missingSecurityHeader = "MissingSecurityHeader"
    case noSuchBucket = "NoSuchBucket"
    case noSuchBucketPolicy = "NoSuchBucketPolicy"
    case noSuchConfiguration = "NoSuchConfiguration"
    case noSuchCORSConfiguration = "NoSuchCORSConfiguration"
    case noSuchKey = "NoSuchKey"
    case noSuchLifecycleConfiguration = "NoSuchLifecycleConfiguration"
    case noSuchTagSet = "NoSuchTagSet"
    case noSuchUpload = "NoSuchUpload"
    case noSuchVersion = "NoSuchVersion"
    case noSuchWebsiteConfiguration = "NoSuchWebsiteConfiguration"
    case notImplemented = "NotImplemented"
    case objectLockConfigurationNotFound = "ObjectLockConfigurationNotFoundError"
    case operationAborted = "OperationAborted"
    case preconditionFailed = "PreconditionFailed"
    case replicationConfigurationNotFound = "ReplicationConfigurationNotFoundError"
    case requestHeaderSectionTooLarge = "RequestHeaderSectionTooLarge"
    case requestTimeout = "RequestTimeout"
    case requestTimeTooSkewed = "RequestTimeTooSkewed"
    case serverSideEncryptionConfigurationNotFound = "ServerSideEncryptionConfigurationNotFoundError"
    case serviceUnavailable = "ServiceUnavailable"
    case signatureDoesNotMatch = "SignatureDoesNotMatch"
    case slowDown = "SlowDown"
    case contentSHA256Mismatch = "XAmzContentSHA256Mismatch"

    /// The HTTP status that S3 sends with the code.
    package var status: Int {
        switch self {
        case .accessDenied, .accessForbidden, .invalidAccessKeyID, .invalidObjectState, .requestTimeTooSkewed,
            .signatureDoesNotMatch:
            403
        case .noSuchBucket, .noSuchBucketPolicy, .noSuchConfiguration, .noSuchCORSConfiguration, .noSuchKey,
            .noSuchLifecycleConfiguration, .noSuchTagSet, .noSuchUpload, .noSuchVersion, .noSuchWebsiteConfiguration,
            .objectLockConfigurationNotFound, .replicationConfigurationNotFound,
            .serverSideEncryptionConfigurationNotFound:
            404
        case .methodNotAllowed: 405
        case .bucketAlreadyOwnedByYou, .bucketNotEmpty, .operationAborted: 409
        case .missingContentLength: 411
        case .preconditionFailed: 412
        case .invalidPartNumber, .invalidRange: 416
        case .internalError: 500
        case .notImplemented: 501
        case .serviceUnavailable, .slowDown: 503
        case .accessControlListNotSupported, .authorizationHeaderMalformed, .authorizationQueryParametersError,
            .badDigest, .badRequest, .entityTooLarge, .entityTooSmall, .expiredToken, .incompleteBody,
            .invalidArgument,
            .invalidBucketACL, .invalidBucketName, .invalidDigest, .invalidLocationConstraint, .invalidPart,
            .invalidPartOrder, .invalidPolicyDocument, .invalidRequest, .invalidStorageClass, .invalidTag,
            .invalidToken,
            .invalidURI,
            .keyTooLong, .malformedPOSTRequest, .malformedTrailer, .malformedXML, .maxMessageLengthExceeded,
            .maxPostPreDataLengthExceeded, .metadataTooLarge,
            .missingSecurityHeader, .requestHeaderSectionTooLarge, .requestTimeout, .contentSHA256Mismatch:
            400
        }
    }

    /// The sentence that S3 sends where there is nothing better to say.
    package var message: String {
        switch self {
        case .accessControlListNotSupported: "The bucket does not allow ACLs"
        case .accessDenied: "Access Denied"
        case .accessForbidden: "CORSResponse: CORS is not enabled for this bucket."
        case .authorizationHeaderMalformed: "The authorization header that you provided is not valid."
        case .authorizationQueryParametersError: "The authorization query parameters that you provided are not valid."
        case .badDigest: "The Content-MD5 you specified did not match what we received."
        case .badRequest: "The request is malformed."
        case .bucketAlreadyOwnedByYou:
            "Your previous request to create the named bucket succeeded and you already own it."
        case .bucketNotEmpty: "The bucket you tried to delete is not empty"
        case .entityTooLarge: "Your proposed upload exceeds the maximum allowed size"
        case .entityTooSmall: "Your proposed upload is smaller than the minimum allowed size"
        case .expiredToken: "The provided token has expired."
        case .incompleteBody: "You did not provide the number of bytes specified by the Content-Length HTTP header"
        case .internalError: "We encountered an internal error. Please try again."
        case .invalidAccessKeyID: "The AWS Access Key Id you provided does not exist in our records."
        case .invalidArgument: "Invalid Argument"
        case .invalidBucketName: "The specified bucket is not valid."
        case .invalidBucketACL: "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
        case .invalidLocationConstraint: "The specified location-constraint is not valid"
        case .invalidDigest: "The Content-MD5 you specified was invalid."
        case .invalidObjectState: "The operation is not valid for the object's current state."
        case .invalidPart:
            "One or more of the specified parts could not be found. The part may not have been uploaded, or the "
                + "specified entity tag may not match the part's entity tag."
        case .invalidPartNumber: "The requested partnumber is not satisfiable"
        case .invalidPartOrder:
            "The list of parts was not in ascending order. The parts list must be specified in order by part number."
        case .invalidPolicyDocument:
            "The content of the form does not meet the conditions specified in the policy document."
        case .invalidRange: "The requested range is not satisfiable"
        case .invalidRequest: "Invalid Request"
        case .invalidStorageClass: "The storage class you specified is not valid"
        case .invalidTag: "The tag provided was not a valid tag."
        case .invalidToken: "The provided token is malformed or otherwise invalid."
        case .invalidURI: "Couldn't parse the specified URI."
        case .keyTooLong: "Your key is too long"
        case .malformedPOSTRequest: "The body of your POST request is not well-formed multipart/form-data."
        case .malformedTrailer:
            "The request contained trailing data that was not well-formed or did not conform to our published schema."
        case .malformedXML:
            "The XML you provided was not well-formed or did not validate against our published schema"
        case .maxMessageLengthExceeded: "Your request was too big."
        case .maxPostPreDataLengthExceeded: "Your POST request fields preceding the upload file were too large."
        case .metadataTooLarge: "Your metadata headers exceed the maximum allowed metadata size"
        case .methodNotAllowed: "The specified method is not allowed against this resource."
        case .missingContentLength: "You must provide the Content-Length HTTP header."
        case .missingSecurityHeader: "Your request is missing a required header."
        case .noSuchBucket: "The specified bucket does not exist"
        case .noSuchBucketPolicy: "The bucket policy does not exist"
        case .noSuchConfiguration: "The specified configuration does not exist."
        case .noSuchCORSConfiguration: "The CORS configuration does not exist"
        case .noSuchKey: "The specified key does not exist."
        case .noSuchLifecycleConfiguration: "The lifecycle configuration does not exist"
        case .noSuchTagSet: "The TagSet does not exist"
        case .noSuchUpload:
            "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or "
                + "completed."
        case .noSuchVersion: "The specified version does not exist."
        case .noSuchWebsiteConfiguration: "The specified bucket does not have a website configuration"
        case .notImplemented: "A header or operation you provided implies functionality that is not implemented."
        case .objectLockConfigurationNotFound: "Object Lock configuration does not exist for this bucket"
        case .operationAborted:
            "A conflicting conditional operation is currently in progress against this resource. Please try again."
        case .preconditionFailed: "At least one of the pre-conditions you specified did not hold"
        case .replicationConfigurationNotFound: "The replication configuration was not found"
        case .requestHeaderSectionTooLarge: "Your request header section exceeds the maximum allowed size."
        case .requestTimeout:
            "Your socket connection to the server was not read from or written to within the timeout period."
        case .requestTimeTooSkewed: "The difference between the request time and the server's time is too large."
        case .serverSideEncryptionConfigurationNotFound:
            "The server side encryption configuration was not found"
        case .serviceUnavailable: "The service is unavailable. Please retry."
        case .signatureDoesNotMatch:
            "The request signature we calculated does not match the signature you provided. Check your key and signing "
                + "method."
        case .slowDown: "Please reduce your request rate."
        case .contentSHA256Mismatch: "The provided 'x-amz-content-sha256' header does not match what was computed."
        }
    }
}
