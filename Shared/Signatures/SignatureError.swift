/// Why a request is not accepted as signed, in S3's terms.
package enum SignatureError: Error, Hashable {
    /// More than one of the Authorization header, `X-Amz-Algorithm` and `Signature`.
    case onlyOneMechanism
    /// An Authorization header of a scheme other than SigV4 with HMAC-SHA256 and SigV2.
    case unsupportedAuthorization
    /// A SigV4 Authorization header that breaks a rule.
    case authorizationHeaderMalformed(String)
    /// The presigned parameters break a rule.
    case authorizationQueryMalformed(String)
    /// Signed for a region that is not served here.
    case wrongRegion(given: String, expected: String, presigned: Bool)
    /// No date, or one that cannot be read.
    case missingDate
    /// The request's time is more than 15 minutes from ours.
    case requestTimeTooSkewed
    case presignedExpired
    case presignedNotYetValid
    /// Headers that must be signed and are not, in lower case.
    case headersNotSigned([String])
    case signatureDoesNotMatch
    case invalidAccessKeyID
    /// The path or query holds a `%` without two hexadecimal digits.
    case invalidURI
    /// No `x-amz-content-sha256`, or another header that the request cannot do without.
    case missingHeader(String)
    /// `x-amz-content-sha256` is none of its values.
    case invalidContentSHA256
    /// The payload's SHA-256 is not the one that was signed.
    case contentSHA256Mismatch(claimed: String, computed: String)
    /// A chunked payload without `x-amz-decoded-content-length`.
    case missingContentLength
    /// A length header that is not a number, or is sent twice.
    case invalidLength(String)
    /// The body ended too early, went on too long, or its chunks are not well-formed.
    case incompleteBody
    /// The trailer is not well-formed or not the announced one.
    case malformedTrailer
    /// A header sent more than once that may come only once.
    case repeatedHeader(String)
    /// A checksum header or trailer that is not the base 64 of as many bytes as its algorithm gives.
    case invalidChecksum(String)
    /// The content's checksum is not the one the client sent.
    case checksumMismatch(algorithm: String)
}
