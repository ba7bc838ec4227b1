import Cryptography
import Policy
package import Signatures
package import Wire

/// Finds out who sends a request.
package struct Authenticator: Sendable {
    /// Who sends a request, what they may do, and what proves it: needed again for its body.
    package struct Caller: Sendable {
        package let principal: Principal
        let rights: Rights
        let proof: Proof

        /// The decoder of the request's body.
        ///
        /// - Throws: what `PayloadDecoder` does.
        package func payloadDecoder(_ head: RequestHead) throws(S3Error) -> PayloadDecoder {
            do throws(SignatureError) {
                switch proof {
                case .v4(let claim, let key): return try claim.payloadDecoder(head, key: key)
                case .v2(let claim): return try PayloadDecoder(head, mode: claim.payload)
                case .form: return try PayloadDecoder(head, mode: .unsigned)
                }
            } catch { throw S3Error(error) }
        }
    }

    enum Proof: Sendable {
        case v4(SigV4Claim, DerivedKey)
        case v2(SigV2Claim)
        /// The policy of a form, which says nothing of its file but how long it may be.
        case form
    }

    let auth: any RPCCalling
    let keys: SigningKeys
    let regions: [String]
    private let failures = FailureGate()

    /// - Parameter region: the one requests are signed for.
    package init(auth: any RPCCalling, keys: SigningKeys, region: String) {
        self.auth = auth
        self.keys = keys
        regions = [region]
    }

    /// - Parameters:
    ///   - virtualBucket: the bucket where the host names it.
    ///   - context: without a principal.
    /// - Throws: `AccessDenied` for a request that is not signed, and what signatures can be refused with.
    package func authenticate(
        _ head: RequestHead, virtualBucket: String?, now: SigningTime, _ context: CallContext
    ) async throws(S3Error) -> Caller {
        let authentication: RequestAuthentication
        do throws(SignatureError) {
            authentication = try RequestAuthentication(head, virtualBucket: virtualBucket)
        } catch { throw S3Error(error) }
        switch authentication {
        case .anonymous: throw S3Error(.accessDenied)
        case .v4(let claim): return try await verify(claim, head, now, context)
        case .v2(let claim): return try await verify(claim, now, context)
        }
    }

    func caller(_ verified: Verified, _ proof: Proof) -> Caller {
        let principal = verified.principal
        return Caller(
            principal: principal, rights: keys.rights.rights(of: principal.userID, verified.policies), proof: proof)
    }

    /// Refuses who failed too often.
    ///
    /// - Throws: `SlowDown`.
    func admit(_ accessKeyID: String, _ context: CallContext) throws(S3Error) {
        try failures.check(accessKeyID, context.clientAddress, now: keys.now())
    }

    /// Notes a wrong signature.
    func noteFailure(_ accessKeyID: String, _ context: CallContext) {
        failures.failed(accessKeyID, context.clientAddress, now: keys.now())
    }

    private func verify(
        _ claim: SigV4Claim, _ head: RequestHead, _ now: SigningTime, _ context: CallContext
    ) async throws(S3Error) -> Caller {
        do throws(SignatureError) { try claim.check(now: now, regions: regions) } catch {
            throw S3Error(error, claim, now: now)
        }
        try admit(claim.accessKeyID, context)
        let grant = try await keys.grant(claim.accessKeyID, claim.scope, context)
        do throws(SignatureError) { try claim.verify(head, key: grant.key) } catch {
            noteFailure(claim.accessKeyID, context)
            throw error == .signatureDoesNotMatch ? S3Error.signatureDoesNotMatch(claim, head) : S3Error(error)
        }
        if let session = grant.session {
            let token: String?
            do throws(SignatureError) { token = try claim.sessionToken(head) } catch { throw S3Error(error) }
            try session.check(token, of: claim.accessKeyID, now: now.unixSeconds)
        }
        return Caller(principal: grant.principal, rights: grant.rights, proof: .v4(claim, grant.key))
    }

    private func verify(
        _ claim: SigV2Claim, _ now: SigningTime, _ context: CallContext
    ) async throws(S3Error) -> Caller {
        do throws(SignatureError) { try claim.check(now: now) } catch { throw S3Error(error, claim, now: now) }
        try admit(claim.accessKeyID, context)
        let request = VerifySignatureV2.Request(
            accessKeyID: claim.accessKeyID, stringToSign: String(decoding: claim.stringToSign, as: UTF8.self),
            otherStringToSign: claim.otherStringToSign.map { String(decoding: $0, as: UTF8.self) },
            signature: claim.signature.base64)
        do throws(RPCError) {
            let verified = try await auth.call(VerifySignatureV2.self, request, context)
            return caller(verified, .v2(claim))
        } catch {
            // Auth knows the key but not the signature.
            if error.code == .unauthenticated {
                noteFailure(claim.accessKeyID, context)
                throw .signatureDoesNotMatch(claim)
            }
            let refusal = S3Error(error)
            throw refusal.code == .invalidAccessKeyID ? S3Error.invalidAccessKeyID(claim.accessKeyID) : refusal
        }
    }
}
