package import JSONCodec

/// Gives a user a password, or another one. Errors: `notFound` (user), `invalidArgument`, `resourceExhausted`.
package enum SetPassword: RPCMethod {
    package typealias Response = Nothing

    package static let name = "auth.setPassword"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var userID: String
        package var password: String

        package init(userID: String, password: String) {
            self.userID = userID
            self.password = password
        }
    }
}

/// Errors: `notFound` (user, password).
package enum RemovePassword: RPCMethod {
    package typealias Response = Nothing

    package static let name = "auth.removePassword"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = false
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var userID: String

        package init(userID: String) {
            self.userID = userID
        }
    }
}

/// Exchanges a user's name and password for a login token. Errors: `unauthenticated`, `resourceExhausted`.
package enum LogInWithPassword: RPCMethod {
    package typealias Request = SetPassword.Request
    package typealias Response = LoginToken

    package static let name = "auth.logInWithPassword"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = false
    package static let isSmall = false
}

/// Ends what a login token is good for; one that is good for nothing is left as it is.
package enum LogOut: RPCMethod {
    package typealias Request = VerifyToken.Request
    package typealias Response = Nothing

    package static let name = "auth.logOut"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = true
}
