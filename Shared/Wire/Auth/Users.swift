package import JSONCodec

/// A user.
package struct User: CodableMessage {
    package var id: String
    /// Seconds since 1970-01-01T00:00:00Z.
    package var created: Int64
    package var friendlyName: String?
    package var email: String?
    /// What it is called by the system it comes from.
    package var externalID: String?
    /// The system it comes from; nil for this one.
    package var source: String?

    package init(
        id: String, created: Int64, friendlyName: String? = nil, email: String? = nil, externalID: String? = nil,
        source: String? = nil
    ) {
        self.id = id
        self.created = created
        self.friendlyName = friendlyName
        self.email = email
        self.externalID = externalID
        self.source = source
    }
}

/// A new access key with its secret.
package struct AccessKey: CodableMessage {
    package var accessKeyID: String
    /// Told once, when it is made.
    package var secretAccessKey: String
    /// Seconds since 1970.
    package var created: Int64

    package init(accessKeyID: String, secretAccessKey: String, created: Int64) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.created = created
    }
}

/// Answer of `GetSetupState`.
package struct SetupState: CodableMessage {
    package var isInitialized: Bool
    /// What people call the OpenID provider that they may log in with; nil for none.
    package var provider: String?

    package init(isInitialized: Bool, provider: String? = nil) {
        self.isInitialized = isInitialized
        self.provider = provider
    }
}

/// Whether the first set-up was done, and how people log in.
package enum GetSetupState: RPCMethod {
    package typealias Request = Nothing
    package typealias Response = SetupState

    package static let name = "auth.getSetupState"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false
}

/// Makes the administrator, once. Errors: `permissionDenied` (wrong or no set-up token), `alreadyExists`, `invalidArgument`.
package enum SetUp: RPCMethod {
    package typealias Response = AccessKey

    package static let name = "auth.setUp"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = false
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var setupToken: String
        package var userID: String
        package var accessKeyID: String?
        package var secretAccessKey: String?

        package init(setupToken: String, userID: String, accessKeyID: String? = nil, secretAccessKey: String? = nil) {
            self.setupToken = setupToken
            self.userID = userID
            self.accessKeyID = accessKeyID
            self.secretAccessKey = secretAccessKey
        }
    }
}

/// A login token.
package struct LoginToken: CodableMessage {
    package var token: String
    /// Seconds since 1970.
    package var expires: Int64

    package init(token: String, expires: Int64) {
        self.token = token
        self.expires = expires
    }
}

/// Exchanges an access key for a login token. Errors: `unauthenticated`.
package enum LogIn: RPCMethod {
    package typealias Response = LoginToken

    package static let name = "auth.logIn"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var accessKeyID: String
        package var secretAccessKey: String

        package init(accessKeyID: String, secretAccessKey: String) {
            self.accessKeyID = accessKeyID
            self.secretAccessKey = secretAccessKey
        }
    }
}

/// Basic authentication. Errors: `unauthenticated`.
package enum VerifySecret: RPCMethod {
    package typealias Response = Verified

    package static let name = "auth.verifySecret"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var accessKeyID: String
        package var secretAccessKey: String

        package init(accessKeyID: String, secretAccessKey: String) {
            self.accessKeyID = accessKeyID
            self.secretAccessKey = secretAccessKey
        }
    }
}

/// Errors: `unauthenticated`.
package enum VerifyToken: RPCMethod {
    package typealias Response = Verified

    package static let name = "auth.verifyToken"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var token: String

        package init(token: String) {
            self.token = token
        }
    }
}

/// Errors: `notFound` (user).
package enum GetUser: RPCMethod {
    package typealias Response = User

    package static let name = "auth.getUser"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.gateway, .api]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var userID: String

        package init(userID: String) {
            self.userID = userID
        }
    }
}
