package import Cryptography

/// A form's claim that its policy is signed with SigV4, read but not yet verified (S3: browser-based uploads using POST).
package struct SigV4FormClaim: Sendable {
    package let accessKeyID: String
    package let scope: CredentialScope
    private let signature: SHA256Digest

    /// Reads the fields `x-amz-credential`, `x-amz-date` and `x-amz-signature`.
    ///
    /// - Throws: `authorizationQueryMalformed`, `missingDate`, `signatureDoesNotMatch`.
    package init(algorithm: String, credential: String, date: String, signature: String) throws(SignatureError) {
        guard algorithm == SigV4Claim.algorithm else {
            throw .authorizationQueryMalformed("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"")
        }
        let parsed = try credential.withBytes { (text: UnsafeBufferPointer<UInt8>) throws(SignatureError) in
            try SigV4Claim.parse(text) {
                .authorizationQueryMalformed("Error parsing the X-Amz-Credential parameter; \($0)")
            }
        }
        guard let time = SigningTime(stamp: date) else { throw .missingDate }
        do throws(CredentialText.Refusal) { try parsed.check(time) } catch {
            throw .authorizationQueryMalformed(error.reason)
        }
        guard let digest = SHA256Digest(hex: signature) else { throw .signatureDoesNotMatch }
        (accessKeyID, scope, self.signature) = (parsed.accessKeyID, parsed.scope, digest)
    }

    /// Checks the region, before any key is looked up. How long a form is valid, its policy says.
    ///
    /// - Throws: `wrongRegion`.
    package func check(regions: [String]) throws(SignatureError) {
        guard regions.contains(scope.region) else {
            throw .wrongRegion(given: scope.region, expected: regions.first ?? "", presigned: true)
        }
    }

    /// - Parameters:
    ///   - policy: as it stands in the form, in base 64.
    ///   - key: derived for this claim's access key and scope.
    /// - Throws: `signatureDoesNotMatch`, in a time that does not tell where.
    package func verify(policy: String, key: DerivedKey) throws(SignatureError) {
        guard ConstantTime.equal(key.signature(of: policy.utf8), signature) else { throw .signatureDoesNotMatch }
    }
}
