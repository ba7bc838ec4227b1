import Logging
import Policy
package import Wire

/// Policies and who has which.
extension Authority {
    package func policies(
        _ request: ListPolicies.Request, _ context: CallContext
    ) async throws -> Listed<KeptPolicy> {
        let range = try Self.checked(request.range)
        switch request.holder {
        case nil: return try await store.policies(range, deadline: context.deadline)
        case let holder? where holder.kind == .user && request.isEffective:
            return try await store.effectivePolicies(of: holder.id, range, deadline: context.deadline)
        case let holder?: return try await store.policies(of: holder, range, deadline: context.deadline)
        }
    }

    /// - Throws: `notFound`.
    package func policy(_ request: GetPolicy.Request, _ context: CallContext) async throws -> KeptPolicy {
        guard let policy = try await store.policy(request.policyID, deadline: context.deadline) else {
            throw RPCError.missing("policy")
        }
        return policy
    }

    /// - Throws: `alreadyExists`, `invalidArgument`.
    package func create(_ request: CreatePolicy.Request, _ context: CallContext) async throws -> KeptPolicy {
        try Self.check(request.document)
        return try await store.add(request.document, deadline: context.deadline)
    }

    /// - Throws: `notFound`, `invalidArgument`, `forbidden` for that of the administrators.
    package func update(_ request: UpdatePolicy.Request, _ context: CallContext) async throws -> KeptPolicy {
        try Self.keepAdministration(request.document.id, "changed")
        try Self.check(request.document)
        return try await store.replace(request.document, deadline: context.deadline)
    }

    /// - Throws: `notFound`, `forbidden` for that of the administrators.
    package func delete(_ request: DeletePolicy.Request, _ context: CallContext) async throws {
        try Self.keepAdministration(request.policyID, "deleted")
        try await store.removePolicy(request.policyID, deadline: context.deadline)
        logger.notice("deleted a policy", metadata: ["policy": "\(request.policyID)", "by": "\(Self.actor(context))"])
    }

    /// - Throws: `notFound`, `invalidArgument` for too many.
    package func attach(_ attachment: PolicyAttachment, _ context: CallContext) async throws {
        try await store.add(attachment, deadline: context.deadline)
    }

    /// - Throws: `notFound`, `forbidden` for that of the administrators.
    package func detach(_ attachment: PolicyAttachment, _ context: CallContext) async throws {
        if attachment.holder == PolicyHolder(.group, BaseDirectory.administrators) {
            try Self.keepAdministration(attachment.policyID, "detached from \(BaseDirectory.administrators)")
        }
        try await store.remove(attachment, deadline: context.deadline)
    }

    /// - Throws: `invalidArgument` for a name, statement or length that breaks a rule.
    private static func check(_ document: PolicyDocument) throws(RPCError) {
        try DirectoryName.check(document.id, of: "policy")
        do throws(InvalidPolicy) {
            try document.check()
        } catch {
            throw RPCError(.invalidArgument, subject: "policy", error.description)
        }
    }

    private static func keepAdministration(_ policyID: String, _ change: String) throws(RPCError) {
        guard policyID != BaseDirectory.administration else {
            throw RPCError(
                .forbidden, subject: "policy", "the policy \(BaseDirectory.administration) cannot be \(change)")
        }
    }
}
