package import Cryptography

/// A request's claim to be signed with SigV2, read but not yet verified.
///
/// SigV2 signs with the secret itself, so only the owner of secrets can verify one, given `stringToSign` and `signature`.
package struct SigV2Claim: Sendable {
    package let accessKeyID: String
    package let signature: SHA1Digest
    package let stringToSign: [UInt8]
    /// What else the signature may be computed over; nil for nothing else.
    package let otherStringToSign: [UInt8]?
    /// When the request was signed; `nil` if it is presigned.
    package let time: SigningTime?
    /// Seconds since 1970 after which a presigned request is refused.
    package let expires: Int64?
    package let payload: PayloadMode

    /// - Throws: `requestTimeTooSkewed` or `presignedExpired`.
    package func check(now: SigningTime) throws(SignatureError) {
        if let expires, now.unixSeconds > expires { throw .presignedExpired }
        if let time, abs(now.unixSeconds - time.unixSeconds) > SigV4Claim.maxSkewSeconds { throw .requestTimeTooSkewed }
    }

    /// Whether a secret made the signature; constant-time.
    package static func verify(stringToSign: some Collection<UInt8>, signature: SHA1Digest, secret: String) -> Bool {
        ConstantTime.equal(HMACSHA1(secret).code(stringToSign), signature)
    }

    /// Reads `AWS AKIAIOSFODNN7EXAMPLE:qgk2+6Sv9/oM7G3qLEjTH1a1l1g=`.
    init(authorization: String, _ head: RequestHead, virtualBucket: String?) throws(SignatureError) {
        let text = authorization.dropFirst(4).drop { $0 == " " }
        guard let colon = text.lastIndex(of: ":"), colon != text.startIndex else {
            throw .authorizationHeaderMalformed("expecting \"AWS <AccessKeyId>:<Signature>\".")
        }
        accessKeyID = String(text[..<colon])
        signature = try Self.signature(text[text.index(after: colon)...])
        let amazonDate = try head.value("x-amz-date")
        let date = try head.value("date")
        guard let time = (amazonDate ?? date).flatMap({ SigningTime(httpDate: $0) }) else { throw .missingDate }
        self.time = time
        expires = nil
        payload = try Self.payload(head)
        (stringToSign, otherStringToSign) = try Self.stringToSign(
            head, date: amazonDate == nil ? date ?? "" : "", virtualBucket: virtualBucket)
    }

    /// Reads `AWSAccessKeyId`, `Signature` and `Expires` of a query.
    init(presigned query: CanonicalQuery, _ head: RequestHead, virtualBucket: String?) throws(SignatureError) {
        guard let accessKeyID = try query.value("AWSAccessKeyId"), let signature = try query.value("Signature"),
            let expires = try query.value("Expires")
        else {
            throw .authorizationQueryMalformed(
                "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters")
        }
        guard expires.utf8.count <= 18, let seconds = Int64(expires) else {
            throw .authorizationQueryMalformed("Invalid date (should be seconds since epoch): \(expires)")
        }
        self.accessKeyID = accessKeyID
        self.signature = try Self.signature(signature[...])
        time = nil
        self.expires = seconds
        payload = try Self.payload(head)
        var hoisted: [RequestHead.Field] = []
        for parameter in query.parameters where Self.countsAsHeader(parameter.name) {
            if let value = try query.value(parameter.name) { hoisted.append((parameter.name, value)) }
        }
        (stringToSign, otherStringToSign) = try Self.stringToSign(
            head, date: expires, virtualBucket: virtualBucket, hoisted: hoisted)
    }

    /// Whether a parameter of a presigned query stands for the header of its name.
    package static func countsAsHeader(_ name: String) -> Bool {
        ASCIIName.isAmazon(name) || ["content-type", "content-md5"].contains(ASCIIName.lowercased(name))
    }

    private static func signature(_ text: Substring) throws(SignatureError) -> SHA1Digest {
        guard let digest = Base64.decode(text).flatMap({ SHA1Digest(bytes: $0) }) else { throw .signatureDoesNotMatch }
        return digest
    }

    private static func payload(_ head: RequestHead) throws(SignatureError) -> PayloadMode {
        guard let text = try head.value("x-amz-content-sha256") else {
            // SigV2 knows no such header, but botocore sends chunks with a trailer all the same.
            let isChunked = try head.value("content-encoding")?.contains("aws-chunked") == true
            let hasTrailer = try head.value("x-amz-trailer") != nil
            return isChunked && hasTrailer ? .streamingUnsignedTrailer : .unsigned
        }
        let mode = try PayloadMode(text)
        // Chunks are signed with a key that SigV2 does not have.
        guard mode != .streamingSigned, mode != .streamingSignedTrailer else { throw .invalidContentSHA256 }
        return mode
    }
}
