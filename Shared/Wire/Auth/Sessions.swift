package import JSONCodec
package import Policy

/// What the rights of a session are cut down to: what one of these policies allows, and none of them denies.
package struct SessionBound: CodableMessage {
    /// Policies of the directory, as they are when a request is decided; one that was deleted allows nothing.
    package var policyIDs: [String]
    /// Statements of its own.
    package var statement: [PolicyStatement]

    package init(policyIDs: [String] = [], statement: [PolicyStatement] = []) {
        self.policyIDs = policyIDs
        self.statement = statement
    }
}

/// A session's access key. The secret and the token are told here and nowhere else.
package struct SessionKey: CodableMessage {
    package var accessKeyID: String
    package var secretAccessKey: String
    package var sessionToken: String
    /// Seconds since 1970.
    package var expires: Int64

    package init(accessKeyID: String, secretAccessKey: String, sessionToken: String, expires: Int64) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expires = expires
    }
}

/// Makes a session of whoever asks: an access key with a token, for S3 only, that ends by itself and with what its maker showed.
///
/// Errors: `unauthenticated`, `notFound` (credential, policy), `permissionDenied` (a session asks), `invalidArgument`.
package enum CreateSession: RPCMethod {
    package typealias Response = SessionKey

    package static let name = "auth.createSession"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.gateway, .api]
    package static let isIdempotent = false
    package static let isSmall = true

    package struct Request: CodableMessage {
        /// The access key that the caller saw proof of, or a login token; one of the two.
        package var accessKeyID: String?
        package var token: String?
        /// What its owner calls it.
        package var name: String?
        /// How long it is good for.
        package var seconds: Int64
        /// Each of them must allow what is asked for, beside what the user may do.
        package var bounds: [SessionBound]

        package init(
            accessKeyID: String? = nil, token: String? = nil, name: String?, seconds: Int64, bounds: [SessionBound]
        ) {
            self.accessKeyID = accessKeyID
            self.token = token
            self.name = name
            self.seconds = seconds
            self.bounds = bounds
        }
    }
}

/// A page of a user's sessions that are not over, by access key. Errors: `notFound` (user), `invalidArgument`.
package enum ListSessions: RPCMethod {
    package typealias Request = ListCredentials.Request
    package typealias Response = Listed<Credential>

    package static let name = "auth.listSessions"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false
}

/// Ends a session before its time. Errors: `notFound` (user, session).
package enum EndSession: RPCMethod {
    package typealias Request = GetCredential.Request
    package typealias Response = Nothing

    package static let name = "auth.endSession"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = false
    package static let isSmall = true
}
