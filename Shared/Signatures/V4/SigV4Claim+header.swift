import Cryptography

extension SigV4Claim {
    /// Reads the claim in an Authorization header.
    ///
    /// - Throws: `authorizationHeaderMalformed`, `missingDate`, `missingHeader`, `invalidContentSHA256`,
    ///   `headersNotSigned`.
    init(authorization: String, _ head: RequestHead, _ query: CanonicalQuery) throws(SignatureError) {
        var (credential, signed, signature): (Substring?, Substring?, Substring?)
        for part in authorization.dropFirst(Self.algorithm.utf8.count).split(separator: ",") {
            let part = part.drop { $0 == " " }
            if let value = Self.value(part, "Credential="), credential == nil {
                credential = value
            } else if let value = Self.value(part, "SignedHeaders="), signed == nil {
                signed = value
            } else if let value = Self.value(part, "Signature="), signature == nil {
                signature = value
            } else {
                throw .authorizationHeaderMalformed(
                    "the components must be Credential, SignedHeaders and Signature, once each.")
            }
        }
        guard let credential else {
            throw .authorizationHeaderMalformed(
                "the authorization header requires three components: Credential, missing.")
        }
        guard let signed else {
            throw .authorizationHeaderMalformed(
                "the authorization header requires three components: SignedHeaders, missing.")
        }
        guard let signature else {
            throw .authorizationHeaderMalformed(
                "the authorization header requires three components: Signature, missing.")
        }
        let parsed = try Self.parse(credential) { .authorizationHeaderMalformed($0) }
        let time = try Self.time(head)
        do throws(CredentialText.Refusal) { try parsed.check(time) } catch {
            throw .authorizationHeaderMalformed(error.reason)
        }
        guard let content = try head.value("x-amz-content-sha256") else { throw .missingHeader("x-amz-content-sha256") }
        let names = signed.split(separator: ";", maxSplits: Self.maxSignedHeaders)
        guard names.count <= Self.maxSignedHeaders else {
            throw .authorizationHeaderMalformed("more than \(Self.maxSignedHeaders) signed headers.")
        }
        try Self.checkCoverage(names, head)
        guard let digest = SHA256Digest(hex: signature) else { throw .signatureDoesNotMatch }
        self.init(
            accessKeyID: parsed.accessKeyID, scope: parsed.scope, time: time, presignedSeconds: nil,
            payload: try PayloadMode(content), signature: digest, signedHeaders: names, query: query)
    }

    private static func value(_ part: Substring, _ name: String) -> Substring? {
        guard part.hasPrefix(name) else { return nil }
        var value = part.dropFirst(name.utf8.count)
        while value.last == " " { value.removeLast() }
        return value
    }

    static func parse(
        _ credential: some StringProtocol, _ error: (String) -> SignatureError
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
