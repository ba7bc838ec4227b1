import Cryptography

extension SigV4Claim {
    /// Reads the claim in an Authorization header, which begins with the algorithm.
    ///
    /// - Throws: `authorizationHeaderMalformed`, `missingDate`, `missingHeader`, `invalidContentSHA256`,
    ///   `headersNotSigned`.
    init(authorization: String, _ head: RequestHead, _ query: CanonicalQuery) throws(SignatureError) {
        let time = try Self.time(head)
        let (parsed, names, digest) = try authorization.withBytes {
            (text: UnsafeBufferPointer<UInt8>) throws(SignatureError)
                -> (CredentialText, SignedHeaderNames?, SHA256Digest?) in
            let components = try AuthorizationComponents(text, from: Self.algorithm.utf8.count)
            let parsed = try Self.parse(UnsafeBufferPointer(rebasing: text[components.credential])) {
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
        guard let content = try head.value("x-amz-content-sha256") else { throw .missingHeader("x-amz-content-sha256") }
        guard let names else {
            throw .authorizationHeaderMalformed("more than \(SignedHeaderNames.maxCount) signed headers.")
        }
        try Self.checkCoverage(names, head)
        guard let digest else { throw .signatureDoesNotMatch }
        self.init(
            accessKeyID: parsed.accessKeyID, scope: parsed.scope, time: time, presignedSeconds: nil,
            payload: try PayloadMode(content), signature: digest, signedHeaders: names, query: query)
    }

    static func parse(
        _ credential: UnsafeBufferPointer<UInt8>, _ error: (String) -> SignatureError
    ) throws(SignatureError) -> CredentialText {
        do throws(CredentialText.Refusal) { return try CredentialText(credential) } catch let refusal {
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
