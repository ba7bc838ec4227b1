package import JSONCodec

/// A group of users.
package struct Group: CodableMessage {
    package var id: String
    package var description: String?
    /// Seconds since 1970.
    package var created: Int64

    package init(id: String, description: String? = nil, created: Int64) {
        self.id = id
        self.description = description
        self.created = created
    }
}

/// A page of groups, by id. Errors: `invalidArgument`.
package enum ListGroups: RPCMethod {
    package typealias Response = Listed<Group>

    package static let name = "auth.listGroups"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var range: ListRange
        /// Only the groups of this user.
        package var userID: String?

        package init(range: ListRange, userID: String? = nil) {
            self.range = range
            self.userID = userID
        }
    }
}

/// Errors: `notFound`.
package enum GetGroup: RPCMethod {
    package typealias Response = Group

    package static let name = "auth.getGroup"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var groupID: String

        package init(groupID: String) {
            self.groupID = groupID
        }
    }
}

/// Errors: `alreadyExists`, `invalidArgument`.
package enum CreateGroup: RPCMethod {
    package typealias Response = Group

    package static let name = "auth.createGroup"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = false
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var groupID: String
        package var description: String?

        package init(groupID: String, description: String? = nil) {
            self.groupID = groupID
            self.description = description
        }
    }
}

/// Errors: `notFound`, `forbidden` (the administrators').
package enum DeleteGroup: RPCMethod {
    package typealias Response = Nothing

    package static let name = "auth.deleteGroup"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = false
    package static let isSmall = true

    package struct Request: CodableMessage {
        package var groupID: String

        package init(groupID: String) {
            self.groupID = groupID
        }
    }
}

/// A page of the users in a group, by id. Errors: `notFound`, `invalidArgument`.
package enum ListGroupMembers: RPCMethod {
    package typealias Response = Listed<User>

    package static let name = "auth.listGroupMembers"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var groupID: String
        package var range: ListRange

        package init(groupID: String, range: ListRange) {
            self.groupID = groupID
            self.range = range
        }
    }
}

/// A user in a group.
package struct Membership: CodableMessage {
    package var groupID: String
    package var userID: String

    package init(groupID: String, userID: String) {
        self.groupID = groupID
        self.userID = userID
    }
}

/// Puts a user into a group, where it may be already. Errors: `notFound` (group, user), `invalidArgument` (too many groups).
package enum AddGroupMember: RPCMethod {
    package typealias Request = Membership
    package typealias Response = Nothing

    package static let name = "auth.addGroupMember"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = true
}

/// Errors: `notFound` (group, user, membership), `forbidden` (the last administrator).
package enum RemoveGroupMember: RPCMethod {
    package typealias Request = Membership
    package typealias Response = Nothing

    package static let name = "auth.removeGroupMember"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = false
    package static let isSmall = true
}
