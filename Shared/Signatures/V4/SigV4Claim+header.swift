import Cryptography

extension SigV4Claim {
    /// Reads the claim in an Authorization header, which begins with the algorithm.
    ///
    /// - Parameter payload: nil for what `x-amz-content-sha256` says.
    /// - Throws: `authorizationHeaderMalformed`, `missingDate`, `missingHeader`, `invalidContentSHA256`,
    ///   `headersNotSigned`.
    init(
        authorization: String, _ head: RequestHead, _ query: CanonicalQuery, service: String = "s3",
        payload: PayloadMode? = nil
    ) throws(SignatureError) {
        let time = try Self.time(head)
        let (parsed, names, digest) = try authorization.withBytes {
            (text: UnsafeBufferPointer<UInt8>) throws(SignatureError)
                -> (CredentialText, SignedHeaderNames?, SHA256Digest?) in
            let components = try AuthorizationComponents(text, from: Self.algorithm.utf8.count)
            let parsed = try Self.parse(
                UnsafeBufferPointer(rebasing: text[components.credential]), service: service
            ) {
                .authorizationHeaderMalformed($0)
            }
            return (
                parsed, SignedHeaderNames(Array(text[components.signedHeaders])),
                SHA256Digest(
                    hexDigits: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(text)[components.signature]))
            )
        }
        do throws(CredentialText.Refusal) { try parsed.check(time) } catch {
            throw .authorizationHeaderMalformed(error.reason)
        }
        let mode: PayloadMode
        if let payload {
            mode = payload
        } else {
            guard let content = try head.value("x-amz-content-sha256") else {
                throw .missingHeader("x-amz-content-sha256")
            }
            mode = try PayloadMode(content)
        }
        guard let names else {
            throw .authorizationHeaderMalformed("more than \(SignedHeaderNames.maxCount) signed headers.")
        }
        try Self.checkCoverage(names, head)
        guard let digest else { throw .signatureDoesNotMatch }
        self.init(
            accessKeyID: parsed.accessKeyID, scope: parsed.scope, time: time, presignedSeconds: nil,
            payload: mode, signature: digest, signedHeaders: names, query: query)
    }

    /// Reads the claim of a request to a service other than S3, whose signature covers the body itself.
    ///
    /// - Returns: nil for a request that is not signed.
    /// - Throws: as the signature in a header of S3; `unsupportedAuthorization`.
    package init?(_ head: RequestHead, service: String, body: some Collection<UInt8>) throws(SignatureError) {
        guard let authorization = try head.value("authorization") else { return nil }
        guard authorization.hasPrefix(Self.algorithm + " ") else { throw .unsupportedAuthorization }
        try self.init(
            authorization: authorization, head, try CanonicalQuery(head.query), service: service,
            payload: .signed(SHA256.hash(body)))
    }

    static func parse(
        _ credential: UnsafeBufferPointer<UInt8>, service: String = "s3", _ error: (String) -> SignatureError
    ) throws(SignatureError) -> CredentialText {
        do throws(CredentialText.Refusal) { return try CredentialText(credential, service: service) } catch let refusal
        {
            throw error(refusal.reason)
        }
    }

    /// The request's time: `x-amz-date`, else `Date`.
    private static func time(_ head: RequestHead) throws(SignatureError) -> SigningTime {
        if let stamp = try head.value("x-amz-date") {
            guard let time = SigningTime(stamp: stamp) else { throw .missingDate }
            return time
        }
        guard let date = try head.value("date"), let time = SigningTime(httpDate: date) else { throw .missingDate }
        return time
    }
}
