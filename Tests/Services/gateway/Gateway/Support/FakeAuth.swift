import Cryptography
import JSONCodec
import Policy
import ServiceKit
import Signatures
import Synchronization
import TestSupport
import Wire

/// Auth as the gateway sees it, with one key that tests know.
final class FakeAuth: Sendable {
    private struct State {
        var secrets = [KnownKey.accessKeyID: KnownKey.secret]
        var failure: RPCError?
        var policies = [PolicyDocument.everything]
        var calls = 0
        var audit: [AuditRecord] = []
        /// What its key is held to, where that is a session's.
        var terms: SessionTerms?
        var asked: [CreateSession.Request] = []
    }

    private let state = Mutex(State())

    var calls: Int { state.withLock { $0.calls } }

    /// What the audit log was told.
    var audit: [AuditRecord] { state.withLock { $0.audit } }

    /// Fails every call from now on; nil ends that.
    func fail(_ error: RPCError?) { state.withLock { $0.failure = error } }

    /// What its user may do from now on.
    func set(_ policies: [PolicyDocument]) { state.withLock { $0.policies = policies } }

    /// Makes its key that of a session.
    func set(_ terms: SessionTerms) { state.withLock { $0.terms = terms } }

    /// The sessions it was asked for.
    var asked: [CreateSession.Request] { state.withLock { $0.asked } }

    private var policies: [PolicyDocument] { state.withLock { $0.policies } }

    func revoke(_ accessKeyID: String) { state.withLock { $0.secrets[accessKeyID] = nil } }

    private func secret(_ accessKeyID: String) throws -> String {
        try state.withLock { state in
            state.calls += 1
            if let failure = state.failure { throw failure }
            guard let secret = state.secrets[accessKeyID] else {
                throw RPCError(.notFound, subject: "credential", "no such key")
            }
            return secret
        }
    }

    var double: RPCDouble {
        RPCDouble(as: .gateway) { routes in
            routes.on(GetSigningKey.self) { request, _, _ in
                let secret = try self.secret(request.accessKeyID)
                var key = KnownKey.signingKey(request, secret: secret)
                key.policies = self.policies
                key.session = self.state.withLock { $0.terms }
                return key
            }
            routes.on(CreateSession.self) { request, _, _ in
                try self.state.withLock { state in
                    if state.terms != nil { throw RPCError(.permissionDenied, subject: "session", "no") }
                    guard !request.bounds.contains(where: { $0.policyIDs.contains("gone") }) else {
                        throw RPCError(.notFound, subject: "policy", "policy 'gone' not found")
                    }
                    state.asked.append(request)
                    return SessionKey(
                        accessKeyID: "ASIA1", secretAccessKey: "secret<>", sessionToken: "token", expires: 1_800_000_000
                    )
                }
            }
            routes.on(AppendAudit.self) { request, _, _ in
                try self.state.withLock { state in
                    if let failure = state.failure { throw failure }
                    state.audit += request.records
                }
                return Nothing()
            }
            routes.on(VerifySignatureV2.self) { request, _, _ in
                let secret = try self.secret(request.accessKeyID)
                guard let signature = Base64.decode(request.signature).flatMap({ SHA1Digest(bytes: $0) }),
                    [request.stringToSign, request.otherStringToSign ?? ""].contains(where: {
                        SigV2Claim.verify(stringToSign: $0.utf8, signature: signature, secret: secret)
                    })
                else { throw RPCError(.unauthenticated, "the signature is wrong") }
                return Verified(
                    principal: Principal(userID: "ada", accessKeyID: request.accessKeyID), policies: self.policies)
            }
        }
    }
}
