extension SignatureError {
    /// The code of S3's error answer.
    package var code: String {
        switch self {
        case .onlyOneMechanism, .unsupportedAuthorization, .invalidContentSHA256, .invalidLength, .repeatedHeader:
            "InvalidArgument"
        case .authorizationHeaderMalformed, .wrongRegion(_, _, presigned: false): "AuthorizationHeaderMalformed"
        case .authorizationQueryMalformed, .wrongRegion(_, _, presigned: true): "AuthorizationQueryParametersError"
        case .missingDate, .presignedExpired, .presignedNotYetValid, .headersNotSigned: "AccessDenied"
        case .requestTimeTooSkewed: "RequestTimeTooSkewed"
        case .signatureDoesNotMatch: "SignatureDoesNotMatch"
        case .invalidAccessKeyID: "InvalidAccessKeyId"
        case .invalidURI: "InvalidURI"
        case .contentSHA256Mismatch: "XAmzContentSHA256Mismatch"
        case .missingContentLength: "MissingContentLength"
        case .incompleteBody: "IncompleteBody"
        case .malformedTrailer: "MalformedTrailerError"
        case .missingHeader, .invalidChecksum: "InvalidRequest"
        case .checksumMismatch: "BadDigest"
        }
    }

    /// The HTTP status that goes with the code.
    package var status: Int {
        switch self {
        case .missingDate, .presignedExpired, .presignedNotYetValid, .headersNotSigned, .requestTimeTooSkewed,
            .signatureDoesNotMatch, .invalidAccessKeyID:
            403
        case .missingContentLength: 411
        default: 400
        }
    }

    /// The message of S3's error answer.
    package var message: String {
        switch self {
        case .onlyOneMechanism:
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter "
                + "or the Authorization header should be specified"
        case .unsupportedAuthorization: "Unsupported Authorization Type"
        case .authorizationHeaderMalformed(let why): "The authorization header is malformed; \(why)"
        case .authorizationQueryMalformed(let why): why
        case .wrongRegion(let given, let expected, presigned: false):
            "The authorization header is malformed; the region '\(given)' is wrong; expecting '\(expected)'"
        case .wrongRegion(let given, let expected, presigned: true):
            "Error parsing the X-Amz-Credential parameter; the region '\(given)' is wrong; expecting '\(expected)'"
        case .missingDate: "AWS authentication requires a valid Date or x-amz-date header"
        case .requestTimeTooSkewed: "The difference between the request time and the server's time is too large."
        case .presignedExpired: "Request has expired"
        case .presignedNotYetValid: "Request is not yet valid"
        case .headersNotSigned: "There were headers present in the request which were not signed"
        case .signatureDoesNotMatch:
            "The request signature we calculated does not match the signature you provided. Check your key and signing method."
        case .invalidAccessKeyID: "The AWS Access Key Id you provided does not exist in our records."
        case .invalidURI: "Couldn't parse the specified URI."
        case .missingHeader(let name): "Missing required header for this request: \(name)"
        case .invalidContentSHA256:
            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
                + "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value."
        case .contentSHA256Mismatch: "The provided 'x-amz-content-sha256' header does not match what was computed."
        case .missingContentLength: "You must provide the Content-Length HTTP header."
        case .invalidLength(let name): "\(name) must be one whole number"
        case .incompleteBody:
            "You did not provide the number of bytes specified by the Content-Length HTTP header"
        case .malformedTrailer:
            "The request contained trailing data that was not well-formed or did not conform to our published schema."
        case .repeatedHeader(let name): "The header \(name) must come only once"
        case .invalidChecksum(let name): "Value for \(name) header is invalid."
        case .checksumMismatch(let algorithm):
            "The \(algorithm) you specified did not match the calculated checksum."
        }
    }
}
