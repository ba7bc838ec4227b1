package import JSONCodec

/// A page of users, by id. Errors: `invalidArgument`.
package enum ListUsers: RPCMethod {
    package typealias Response = Listed<User>

    package static let name = "auth.listUsers"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var range: ListRange

        package init(range: ListRange) {
            self.range = range
        }
    }
}

/// Errors: `alreadyExists`, `invalidArgument`.
package enum CreateUser: RPCMethod {
    package typealias Response = User

    package static let name = "auth.createUser"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = false
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var userID: String
        package var friendlyName: String?
        package var email: String?

        package init(userID: String, friendlyName: String? = nil, email: String? = nil) {
            self.userID = userID
            self.friendlyName = friendlyName
            self.email = email
        }
    }
}

/// Takes a user away, and its keys, memberships and attachments. Errors: `notFound`, `forbidden` (the last administrator).
package enum DeleteUser: RPCMethod {
    package typealias Response = Nothing

    package static let name = "auth.deleteUser"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = false
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var userID: String

        package init(userID: String) {
            self.userID = userID
        }
    }
}
