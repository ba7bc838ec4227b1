import Cryptography

extension SigV4Claim {
    /// Reads the claim in a presigned URL.
    ///
    /// - Throws: `authorizationQueryMalformed`, `invalidContentSHA256`, `headersNotSigned`.
    init(presigned query: CanonicalQuery, _ head: RequestHead) throws(SignatureError) {
        guard let algorithm = try query.value("X-Amz-Algorithm"), let credential = try query.value("X-Amz-Credential"),
            let signature = try query.value("X-Amz-Signature"), let date = try query.value("X-Amz-Date"),
            let signed = try query.value("X-Amz-SignedHeaders"), let expires = try query.value("X-Amz-Expires")
        else {
            throw .authorizationQueryMalformed(
                "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
                    + "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.")
        }
        guard algorithm == Self.algorithm else {
            throw .authorizationQueryMalformed("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"")
        }
        let parsed = try credential.withBytes { (text: UnsafeBufferPointer<UInt8>) throws(SignatureError) in
            try Self.parse(text) {
                .authorizationQueryMalformed("Error parsing the X-Amz-Credential parameter; \($0)")
            }
        }
        guard let time = SigningTime(stamp: date) else {
            throw .authorizationQueryMalformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
        }
        do throws(CredentialText.Refusal) { try parsed.check(time) } catch {
            throw .authorizationQueryMalformed(error.reason)
        }
        guard !expires.hasPrefix("-") else { throw .authorizationQueryMalformed("X-Amz-Expires must be non-negative") }
        guard let seconds = number(expires.utf8).map(Int64.init) else {
            throw .authorizationQueryMalformed("X-Amz-Expires should be a number")
        }
        guard seconds <= Self.maxPresignedSeconds else {
            throw .authorizationQueryMalformed(
                "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than "
                    + "604800 seconds")
        }
        guard let names = SignedHeaderNames(Array(signed.utf8)) else {
            throw .authorizationQueryMalformed("more than \(SignedHeaderNames.maxCount) signed headers")
        }
        try Self.checkCoverage(names, head)
        guard let digest = SHA256Digest(hex: signature) else { throw .signatureDoesNotMatch }
        // Covered like any other `x-amz-` header; without it, S3's rule is that the payload is not signed.
        var content = try head.value("x-amz-content-sha256")
        if content == nil { content = try query.value("X-Amz-Content-Sha256") }
        self.init(
            accessKeyID: parsed.accessKeyID, scope: parsed.scope, time: time, presignedSeconds: seconds,
            payload: try PayloadMode(content ?? "UNSIGNED-PAYLOAD"), signature: digest, signedHeaders: names,
            query: query)
    }
}
