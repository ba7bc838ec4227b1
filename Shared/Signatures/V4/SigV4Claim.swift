package import Cryptography

/// A request's claim to be signed with SigV4, read but not yet verified.
package struct SigV4Claim: Sendable {
    static let algorithm = "AWS4-HMAC-SHA256"
    /// The greatest difference between a request's time and ours, in seconds.
    package static let maxSkewSeconds: Int64 = 15 * 60
    /// The longest validity of a presigned request, in seconds.
    package static let maxPresignedSeconds: Int64 = 7 * 86_400

    package let accessKeyID: String
    package let scope: CredentialScope
    package let time: SigningTime
    /// How long a presigned request is valid, in seconds; `nil` for a signature in the header.
    package let presignedSeconds: Int64?
    package let payload: PayloadMode
    package let signature: SHA256Digest
    let signedHeaders: SignedHeaderNames
    let query: CanonicalQuery

    /// Checks time and region, before any key is looked up.
    ///
    /// - Parameter regions: those served here, the first of which is named in the error.
    /// - Throws: `wrongRegion`, `requestTimeTooSkewed`, `presignedExpired` or `presignedNotYetValid`.
    package func check(now: SigningTime, regions: [String]) throws(SignatureError) {
        guard regions.contains(scope.region) else {
            throw .wrongRegion(given: scope.region, expected: regions.first ?? "", presigned: presignedSeconds != nil)
        }
        if let presignedSeconds {
            guard time.unixSeconds <= now.unixSeconds + Self.maxSkewSeconds else { throw .presignedNotYetValid }
            guard now.unixSeconds <= time.unixSeconds + presignedSeconds else { throw .presignedExpired }
        } else {
            guard abs(now.unixSeconds - time.unixSeconds) <= Self.maxSkewSeconds else { throw .requestTimeTooSkewed }
        }
    }

    /// - Parameter key: derived for this claim's access key and scope.
    /// - Throws: `signatureDoesNotMatch`, in a time that does not tell where.
    package func verify(_ head: RequestHead, key: DerivedKey) throws(SignatureError) {
        let request = try canonicalRequest(head)
        let expected = key.signature(
            "AWS4-HMAC-SHA256", time: time, scope: scope, request.withUnsafeBytes { SHA256.hash($0) })
        guard ConstantTime.equal(expected, signature) else { throw .signatureDoesNotMatch }
    }

    /// The canonical request, which S3 shows in its error answer too.
    package func canonicalRequest(_ head: RequestHead) throws(SignatureError) -> [UInt8] {
        try CanonicalRequest.bytes(
            method: head.method, path: head.path, query: query, fields: head.fields, signedHeaders: signedHeaders,
            payload: payload, presigned: presignedSeconds != nil)
    }

    /// What the signature is computed over, given the canonical request: S3 shows it in its error answer.
    package func stringToSign(_ canonicalRequest: [UInt8]) -> String {
        "\(Self.algorithm)\n\(time.stamp)\n\(scope.text)\n\(SHA256.hash(canonicalRequest).hex)"
    }

    /// The token of a session that a request brings along; nil for none.
    ///
    /// - Throws: for one that came more than once.
    package func sessionToken(_ head: RequestHead) throws(SignatureError) -> String? {
        if presignedSeconds != nil, let token = try query.value("X-Amz-Security-Token") { return token }
        return try head.value("x-amz-security-token")
    }

    /// Whether the canonical request holds what its sender keeps secret, so that it must not be shown.
    package var signsSecretHeaders: Bool {
        signedHeaders.contains("x-amz-security-token")
            || signedHeaders.contains("x-amz-server-side-encryption-customer-key")
            || signedHeaders.contains("x-amz-copy-source-server-side-encryption-customer-key")
            || query.parameters.contains { $0.name == "X-Amz-Security-Token" }
    }

    /// - Throws: `headersNotSigned` if `host` or an `x-amz-` header of the request is not among `signedHeaders`.
    static func checkCoverage(_ signedHeaders: SignedHeaderNames, _ head: RequestHead) throws(SignatureError) {
        var missing: [String] = []
        if !signedHeaders.contains("host") { missing.append("host") }
        for field in head.fields where ASCIIName.isAmazon(field.name) {
            if !signedHeaders.contains(field.name) { missing.append(ASCIIName.lowercased(field.name)) }
        }
        guard missing.isEmpty else { throw .headersNotSigned(missing) }
    }
}
