import Policy
import Wire

extension Authority {
    /// The policies a user's requests are decided by: its own and those of its groups.
    ///
    /// - Throws: `permissionDenied` where they are too large together.
    func policies(of userID: String, _ context: CallContext) async throws -> [PolicyDocument] {
        try await store.effectivePolicies(of: userID, deadline: context.deadline)
    }

    func verified(_ credential: StoredCredential, _ context: CallContext) async throws -> Verified {
        Verified(
            principal: Principal(userID: credential.userID, accessKeyID: credential.accessKeyID),
            policies: try await policies(of: credential.userID, context))
    }
}
