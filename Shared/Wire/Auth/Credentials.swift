package import JSONCodec

/// An access key without its secret.
package struct Credential: CodableMessage {
    package var accessKeyID: String
    /// Seconds since 1970, as are the other times.
    package var created: Int64
    /// What its owner calls it.
    package var name: String?
    /// Nil for never.
    package var expires: Int64?
    /// To the minute; nil for never.
    package var lastUsed: Int64?

    package init(
        accessKeyID: String, created: Int64, name: String? = nil, expires: Int64? = nil, lastUsed: Int64? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.created = created
        self.name = name
        self.expires = expires
        self.lastUsed = lastUsed
    }
}

/// A page of a user's access keys, by id. Errors: `notFound` (user), `invalidArgument`.
package enum ListCredentials: RPCMethod {
    package typealias Response = Listed<Credential>

    package static let name = "auth.listCredentials"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var userID: String
        package var range: ListRange

        package init(userID: String, range: ListRange) {
            self.userID = userID
            self.range = range
        }
    }
}

/// Makes an access key for a user. Errors: `notFound` (user), `invalidArgument` (name, expiry, too many).
package enum CreateCredential: RPCMethod {
    package typealias Response = AccessKey

    package static let name = "auth.createCredential"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = false
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var userID: String
        package var name: String?
        /// Seconds since 1970; nil for never.
        package var expires: Int64?

        package init(userID: String, name: String? = nil, expires: Int64? = nil) {
            self.userID = userID
            self.name = name
            self.expires = expires
        }
    }
}

/// Errors: `notFound` (user, credential).
package enum GetCredential: RPCMethod {
    package typealias Response = Credential

    package static let name = "auth.getCredential"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var userID: String
        package var accessKeyID: String

        package init(userID: String, accessKeyID: String) {
            self.userID = userID
            self.accessKeyID = accessKeyID
        }
    }
}

/// Errors: `notFound` (user, credential).
package enum DeleteCredential: RPCMethod {
    package typealias Request = GetCredential.Request
    package typealias Response = Nothing

    package static let name = "auth.deleteCredential"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = false
    package static let isSmall = true
}
