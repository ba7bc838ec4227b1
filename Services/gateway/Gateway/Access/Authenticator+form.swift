import Signatures
import Wire

extension Authenticator {
    /// Finds out who signed a form's policy.
    ///
    /// - Parameters:
    ///   - now: seconds since 1970.
    ///   - context: without a principal.
    /// - Throws: `AccessDenied` for a form without a policy, `InvalidArgument` for one whose signature lacks a part, and what
    ///   signatures can be refused with.
    func authenticate(
        _ form: PostForm, now: Int64, _ context: CallContext
    ) async throws(S3Error) -> Caller {
        guard let policy = form["policy"] else { throw S3Error(.accessDenied) }
        guard let algorithm = form["x-amz-algorithm"] else { return try await verifyV2(policy, form, context) }
        let claim: SigV4FormClaim
        do throws(SignatureError) {
            claim = try SigV4FormClaim(
                algorithm: algorithm, credential: try Self.field("x-amz-credential", form),
                date: try Self.field("x-amz-date", form), signature: try Self.field("x-amz-signature", form))
            try claim.check(regions: regions)
        } catch { throw S3Error(error) }
        try admit(claim.accessKeyID, context)
        let grant = try await keys.grant(claim.accessKeyID, claim.scope, context)
        do throws(SignatureError) { try claim.verify(policy: policy, key: grant.key) } catch {
            noteFailure(claim.accessKeyID, context)
            throw S3Error(error)
        }
        try grant.session?.check(form["x-amz-security-token"], of: claim.accessKeyID, now: now)
        return Caller(principal: grant.principal, rights: grant.rights, proof: .form)
    }

    private func verifyV2(_ policy: String, _ form: PostForm, _ context: CallContext) async throws(S3Error) -> Caller {
        guard let accessKeyID = form["awsaccesskeyid"], let signature = form["signature"] else {
            throw .invalidArgument(
                "Bucket POST must contain a field named 'AWSAccessKeyId'.  If it is specified, please check the order of "
                    + "the fields.", name: "AWSAccessKeyId")
        }
        try admit(accessKeyID, context)
        let request = VerifySignatureV2.Request(
            accessKeyID: accessKeyID, stringToSign: policy, signature: signature)
        do throws(RPCError) {
            let verified = try await auth.call(VerifySignatureV2.self, request, context)
            return caller(verified, .form)
        } catch {
            if error.code == .unauthenticated {
                noteFailure(accessKeyID, context)
                throw S3Error(.signatureDoesNotMatch)
            }
            let refusal = S3Error(error)
            throw refusal.code == .invalidAccessKeyID ? .invalidAccessKeyID(accessKeyID) : refusal
        }
    }

    private static func field(_ name: String, _ form: PostForm) throws(SignatureError) -> String {
        guard let value = form[name] else {
            throw .authorizationQueryMalformed("Bucket POST must contain a field named '\(name)'")
        }
        return value
    }
}
