package import Policy
import Synchronization
package import Wire

extension MemoryAuthStore {
    package func policies(_ range: ListRange, deadline: ContinuousClock.Instant) async throws -> Listed<KeptPolicy> {
        state.withLock { Self.page(Array($0.policies.values), range, \.document.id) }
    }

    package func policy(_ id: String, deadline: ContinuousClock.Instant) async throws -> KeptPolicy? {
        state.withLock { $0.policies[id] }
    }

    package func add(_ document: PolicyDocument, deadline: ContinuousClock.Instant) async throws -> KeptPolicy {
        _ = try PolicyText.encode(document)
        return try state.withLock { state in
            guard state.policies[document.id] == nil else { throw RPCError.taken("policy") }
            let policy = KeptPolicy(document: document, created: now())
            state.policies[document.id] = policy
            return policy
        }
    }

    package func replace(_ document: PolicyDocument, deadline: ContinuousClock.Instant) async throws -> KeptPolicy {
        _ = try PolicyText.encode(document)
        return try state.withLock { state in
            guard var policy = state.policies[document.id] else { throw RPCError.missing("policy") }
            policy.document = document
            state.policies[document.id] = policy
            return policy
        }
    }

    package func removePolicy(_ id: String, deadline: ContinuousClock.Instant) async throws {
        try state.withLock { state in
            guard state.policies.removeValue(forKey: id) != nil else { throw RPCError.missing("policy") }
            state.attachments = state.attachments.filter { $0.policyID != id }
        }
    }

    package func policies(
        of holder: PolicyHolder, _ range: ListRange, deadline: ContinuousClock.Instant
    ) async throws -> Listed<KeptPolicy> {
        try state.withLock { state in
            try state.require(holder)
            return Self.page(state.policies([holder]), range, \.document.id)
        }
    }

    package func effectivePolicies(
        of user: String, _ range: ListRange, deadline: ContinuousClock.Instant
    ) async throws -> Listed<KeptPolicy> {
        try state.withLock { state in
            try state.require(PolicyHolder(.user, user))
            return Self.page(state.policies(state.holders(user)), range, \.document.id)
        }
    }

    package func effectivePolicies(
        of user: String, deadline: ContinuousClock.Instant
    ) async throws -> [PolicyDocument] {
        let documents = state.withLock { $0.policies($0.holders(user)).map(\.document) }
        let bytes = try documents.reduce(0) { try $0 + PolicyText.encode($1).utf8.count }
        guard bytes <= DirectoryLimits.effectiveBytes else { throw RPCError.effectivePoliciesTooLarge }
        return documents.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
    }

    package func add(_ attachment: PolicyAttachment, deadline: ContinuousClock.Instant) async throws {
        try state.withLock { state in
            try state.require(attachment.holder)
            guard state.policies[attachment.policyID] != nil else { throw RPCError.missing("policy") }
            if state.attachments.contains(attachment) { return }
            guard state.attachments.count(where: { $0.holder == attachment.holder }) < DirectoryLimits.policiesOfHolder
            else {
                throw RPCError.tooMany(
                    "policies", DirectoryLimits.policiesOfHolder, of: attachment.holder.kind.rawValue)
            }
            state.attachments.insert(attachment)
        }
    }

    package func remove(_ attachment: PolicyAttachment, deadline: ContinuousClock.Instant) async throws {
        try state.withLock { state in
            try state.require(attachment.holder)
            guard state.policies[attachment.policyID] != nil else { throw RPCError.missing("policy") }
            guard state.attachments.remove(attachment) != nil else { throw RPCError.missing("attachment") }
        }
    }

    package func makeAdministrator(_ user: String, deadline: ContinuousClock.Instant) async throws {
        try state.withLock { state in
            guard state.users[user] != nil else { throw RPCError.missing("user") }
            let base = BaseDirectory.administrators
            let holder = PolicyHolder(.group, base)
            state.groups[base] = state.groups[base] ?? Group(id: base, created: now())
            state.memberships = state.memberships.filter { $0.userID != user }
            state.memberships.insert(Membership(groupID: base, userID: user))
            let repaired = [holder, PolicyHolder(.user, user)]
            state.attachments = state.attachments.filter { !repaired.contains($0.holder) }
            for document in BaseDirectory.administratorPolicies {
                state.policies[document.id] = KeptPolicy(document: document, created: now())
                state.attachments.insert(PolicyAttachment(policyID: document.id, holder: holder))
            }
        }
    }
}

extension MemoryAuthStore.State {
    fileprivate func require(_ holder: PolicyHolder) throws(RPCError) {
        let exists = holder.kind == .user ? users[holder.id] != nil : groups[holder.id] != nil
        guard exists else { throw RPCError.missing(holder.kind.rawValue) }
    }

    fileprivate func holders(_ user: String) -> Set<PolicyHolder> {
        let groups = memberships.filter { $0.userID == user }.map { PolicyHolder(.group, $0.groupID) }
        return Set(groups + [PolicyHolder(.user, user)])
    }

    fileprivate func policies(_ holders: Set<PolicyHolder>) -> [KeptPolicy] {
        Set(attachments.filter { holders.contains($0.holder) }.map(\.policyID)).compactMap { policies[$0] }
    }
}
