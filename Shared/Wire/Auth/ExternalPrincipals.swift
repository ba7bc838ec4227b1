package import JSONCodec

/// An identity of another system, tied to a user.
package struct ExternalPrincipal: CodableMessage {
    package var id: String
    package var userID: String
    /// JSON, as it was given; nil for none.
    package var settings: String?

    package init(id: String, userID: String, settings: String? = nil) {
        self.id = id
        self.userID = userID
        self.settings = settings
    }
}

/// Errors: `notFound` (user), `alreadyExists` (tied to some user), `invalidArgument`.
package enum CreateExternalPrincipal: RPCMethod {
    package typealias Request = ExternalPrincipal
    package typealias Response = Nothing

    package static let name = "auth.createExternalPrincipal"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = false
    package static let isSmall = true
}

/// Errors: `notFound` (user, external principal).
package enum DeleteExternalPrincipal: RPCMethod {
    package typealias Response = Nothing

    package static let name = "auth.deleteExternalPrincipal"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = false
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var id: String
        package var userID: String

        package init(id: String, userID: String) {
            self.id = id
            self.userID = userID
        }
    }
}

/// Errors: `notFound`.
package enum GetExternalPrincipal: RPCMethod {
    package typealias Response = ExternalPrincipal

    package static let name = "auth.getExternalPrincipal"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var id: String

        package init(id: String) {
            self.id = id
        }
    }
}

/// A page of the identities tied to a user, by id. Errors: `notFound` (user), `invalidArgument`.
package enum ListExternalPrincipals: RPCMethod {
    package typealias Request = ListCredentials.Request
    package typealias Response = Listed<ExternalPrincipal>

    package static let name = "auth.listExternalPrincipals"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false
}
