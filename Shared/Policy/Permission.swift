/// One action on one resource: what a route needs.
package struct Permission: Sendable, Hashable {
    package let action: Action
    package let resource: Resource

    package init(_ action: Action, on resource: Resource) {
        self.action = action
        self.resource = resource
    }
}

/// Decides whether a user may do something.
package protocol Authorizer: Sendable {
    func allows(userID: String, _ permission: Permission) -> Bool
}

/// Every user that can sign in administers the installation: the rule as long as there are no groups and policies.
package struct AdministratorsOnly: Authorizer {
    package init() {}

    package func allows(userID: String, _ permission: Permission) -> Bool { !userID.isEmpty }
}
