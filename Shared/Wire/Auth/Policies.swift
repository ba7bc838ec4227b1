package import JSONCodec
package import Policy

/// A policy as it is kept.
package struct KeptPolicy: CodableMessage {
    package var document: PolicyDocument
    /// Seconds since 1970.
    package var created: Int64

    package init(document: PolicyDocument, created: Int64) {
        self.document = document
        self.created = created
    }
}

/// Who policies are attached to.
package struct PolicyHolder: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case user, group
    }

    package var kind: Kind
    package var id: String

    package init(_ kind: Kind, _ id: String) {
        self.kind = kind
        self.id = id
    }
}

/// A page of policies, by id. Errors: `notFound` (the holder), `invalidArgument`.
package enum ListPolicies: RPCMethod {
    package typealias Response = Listed<KeptPolicy>

    package static let name = "auth.listPolicies"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var range: ListRange
        /// Only those attached to it.
        package var holder: PolicyHolder?
        /// Of a user: with those of its groups.
        package var isEffective: Bool

        package init(range: ListRange, holder: PolicyHolder? = nil, isEffective: Bool = false) {
            self.range = range
            self.holder = holder
            self.isEffective = isEffective
        }
    }
}

/// Errors: `notFound`.
package enum GetPolicy: RPCMethod {
    package typealias Response = KeptPolicy

    package static let name = "auth.getPolicy"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var policyID: String

        package init(policyID: String) {
            self.policyID = policyID
        }
    }
}

/// Errors: `alreadyExists`, `invalidArgument`.
package enum CreatePolicy: RPCMethod {
    package typealias Response = KeptPolicy

    package static let name = "auth.createPolicy"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = false
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var document: PolicyDocument

        package init(document: PolicyDocument) {
            self.document = document
        }
    }
}

/// Replaces the statements of a policy. Errors: `notFound`, `invalidArgument`, `forbidden` (the administrators').
package enum UpdatePolicy: RPCMethod {
    package typealias Request = CreatePolicy.Request
    package typealias Response = KeptPolicy

    package static let name = "auth.updatePolicy"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false
}

/// Errors: `notFound`, `forbidden` (the administrators').
package enum DeletePolicy: RPCMethod {
    package typealias Response = Nothing

    package static let name = "auth.deletePolicy"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = false
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var policyID: String

        package init(policyID: String) {
            self.policyID = policyID
        }
    }
}

/// A policy of a user or group.
package struct PolicyAttachment: CodableMessage {
    package var policyID: String
    package var holder: PolicyHolder

    package init(policyID: String, holder: PolicyHolder) {
        self.policyID = policyID
        self.holder = holder
    }
}

/// Attaches a policy, which may be attached already. Errors: `notFound` (user, group, policy), `invalidArgument` (too many).
package enum AttachPolicy: RPCMethod {
    package typealias Request = PolicyAttachment
    package typealias Response = Nothing

    package static let name = "auth.attachPolicy"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = true
}

/// Errors: `notFound` (user, group, policy, attachment), `forbidden` (the administrators').
package enum DetachPolicy: RPCMethod {
    package typealias Request = PolicyAttachment
    package typealias Response = Nothing

    package static let name = "auth.detachPolicy"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = false
    package static let isSmall = true
}
