import Cryptography
import Signatures
package import Wire

extension Authority {
    /// How far back a scope's date may lie: the longest validity of a presigned request, in days.
    private static let maxPastDays: Int64 = 7

    /// The SigV4 key of one date, region and service; the scope is checked before anything is looked up.
    ///
    /// - Throws: `invalidArgument` for another scope, `notFound`, `resourceExhausted`.
    package func signingKey(
        _ request: GetSigningKey.Request, _ context: CallContext
    ) async throws -> Wire.SigningKey {
        try check(request)
        let credential = try await credential(request.accessKeyID, context)
        let scope = CredentialScope(day: request.date, region: request.region, service: request.service)
        let key = DerivedKey.derive(secret: try open(credential), scope: scope)
        let principal = Principal(userID: credential.userID, accessKeyID: credential.accessKeyID)
        var terms: SessionTerms?
        if let session = credential.session {
            terms = try await self.terms(session, expires: credential.expires ?? 0, context)
        }
        return Wire.SigningKey(
            key: key.hex, principal: principal, policies: try await policies(of: credential.userID, context),
            session: terms)
    }

    private func check(_ request: GetSigningKey.Request) throws(RPCError) {
        guard request.service == "s3" || request.service == "sts" else {
            throw RPCError(.invalidArgument, subject: "scope", "keys are derived for the services s3 and sts only")
        }
        guard rules.regions.contains(request.region) else {
            throw RPCError(.invalidArgument, subject: "scope", "the region is not served here")
        }
        let now = time.unixSeconds()
        let days = (-Self.maxPastDays...1).map { SigningTime(unixSeconds: now + $0 * 86_400).day }
        guard days.contains(request.date) else {
            throw RPCError(.invalidArgument, subject: "scope", "the date is not from 7 days back to tomorrow")
        }
    }

    /// The longest string that is verified, in bytes.
    private static let maxStringToSignBytes = 64 * 1024

    /// - Throws: `notFound`, `unauthenticated`, `permissionDenied`, `resourceExhausted`, `invalidArgument` for a string that is too long.
    package func verifyV2(_ request: VerifySignatureV2.Request, _ context: CallContext) async throws -> Verified {
        let strings = [request.stringToSign] + (request.otherStringToSign.map { [$0] } ?? [])
        guard strings.allSatisfy({ $0.utf8.count <= Self.maxStringToSignBytes }) else {
            throw RPCError(.invalidArgument, subject: "request", "the string to sign is too long")
        }
        let credential = try await credential(request.accessKeyID, context)
        guard credential.session == nil else { throw Self.ofSession("sign with version 2") }
        guard let signature = Base64.decode(request.signature).flatMap({ SHA1Digest(bytes: $0) }) else {
            throw Self.unauthenticated
        }
        let secret = try open(credential)
        let isRight = strings.contains { text in
            SigV2Claim.verify(stringToSign: text.utf8, signature: signature, secret: secret)
        }
        guard isRight else { throw Self.unauthenticated }
        return try await verified(credential, context)
    }
}
