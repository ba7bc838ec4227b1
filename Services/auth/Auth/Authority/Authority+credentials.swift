import FoundationEssentials
import JSONCodec
import Logging
package import Wire

/// Access keys of users, and identities of other systems tied to them.
extension Authority {
    /// The latest end that a key may have: the year 9999.
    private static let maxExpiry: Int64 = 253_402_300_799

    /// - Throws: `notFound`.
    package func credentials(
        _ request: ListCredentials.Request, _ context: CallContext
    ) async throws -> Listed<Credential> {
        let range = try Self.checked(request.range)
        try await requireUser(request.userID, context)
        return try await store.credentials(of: request.userID, range, deadline: context.deadline)
    }

    /// - Throws: `notFound`.
    package func credential(_ request: GetCredential.Request, _ context: CallContext) async throws -> Credential {
        try await requireUser(request.userID, context)
        guard
            let credential = try await store.credential(
                request.accessKeyID, of: request.userID, deadline: context.deadline)
        else { throw RPCError.missing("credential") }
        return credential
    }

    /// - Throws: `notFound` for an unknown user, `invalidArgument`.
    package func create(_ request: CreateCredential.Request, _ context: CallContext) async throws -> AccessKey {
        try DirectoryName.checkText(
            request.name, "a key's name", of: "credential", maxBytes: DirectoryLimits.keyNameBytes)
        if let expires = request.expires {
            guard expires > time.unixSeconds(), expires <= Self.maxExpiry else {
                throw RPCError(.invalidArgument, subject: "credential", "a key's end must lie in the future")
            }
        }
        return try await addKey(
            userID: request.userID, name: request.name, expires: request.expires, deadline: context.deadline)
    }

    /// - Throws: `notFound`.
    package func delete(_ request: DeleteCredential.Request, _ context: CallContext) async throws {
        try await requireUser(request.userID, context)
        try await store.removeCredential(request.accessKeyID, of: request.userID, deadline: context.deadline)
        logger.notice(
            "deleted a key",
            metadata: [
                "user": "\(request.userID)", "accessKey": "\(request.accessKeyID)", "by": "\(Self.actor(context))",
            ])
    }

    func requireUser(_ id: String, _ context: CallContext) async throws {
        guard try await store.user(id, deadline: context.deadline) != nil else { throw RPCError.missing("user") }
    }

    // MARK: External principals

    /// - Throws: `notFound`.
    package func externalPrincipals(
        _ request: ListExternalPrincipals.Request, _ context: CallContext
    ) async throws -> Listed<ExternalPrincipal> {
        try await store.externalPrincipals(
            of: request.userID, try Self.checked(request.range), deadline: context.deadline)
    }

    /// - Throws: `notFound`.
    package func externalPrincipal(
        _ request: GetExternalPrincipal.Request, _ context: CallContext
    ) async throws -> ExternalPrincipal {
        guard let principal = try await store.externalPrincipal(request.id, deadline: context.deadline) else {
            throw RPCError.missing("external principal")
        }
        return principal
    }

    /// - Throws: `notFound` for an unknown user, `alreadyExists`, `invalidArgument`.
    package func create(_ principal: ExternalPrincipal, _ context: CallContext) async throws {
        guard !principal.id.isEmpty else {
            throw RPCError(
                .invalidArgument, subject: "external principal", "an external principal's id may not be empty")
        }
        try DirectoryName.checkText(
            principal.id, "an external principal's id", of: "external principal",
            maxBytes: DirectoryLimits.externalPrincipalBytes)
        if let settings = principal.settings {
            guard settings.utf8.count <= DirectoryLimits.externalSettingsBytes, Self.isJSON(settings) else {
                throw RPCError(
                    .invalidArgument, subject: "external principal",
                    "an external principal's settings are JSON of at most \(DirectoryLimits.externalSettingsBytes) bytes"
                )
            }
        }
        try await store.add(principal, deadline: context.deadline)
    }

    private static func isJSON(_ text: String) -> Bool {
        var reader = JSONReader(Array(text.utf8))
        do {
            try reader.skipValue()
            try reader.finish()
            return true
        } catch { return false }
    }

    /// - Throws: `notFound`.
    package func delete(_ request: DeleteExternalPrincipal.Request, _ context: CallContext) async throws {
        try await store.removeExternalPrincipal(request.id, of: request.userID, deadline: context.deadline)
    }
}
