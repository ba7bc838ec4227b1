/// One action on one resource: what a route needs.
package struct Permission: Sendable, Hashable {
    package let action: Action
    package let resource: Resource

    package init(_ action: Action, on resource: Resource) {
        self.action = action
        self.resource = resource
    }
}

/// Decides whether a caller may do something.
package protocol Authorizer: Sendable {
    func decide(_ permission: Permission, by rights: Rights, _ circumstances: Circumstances) -> Rights.Decision
}

/// Goes by the caller's policies, and by nothing else.
package struct PolicyAuthorizer: Authorizer {
    package init() {}

    package func decide(
        _ permission: Permission, by rights: Rights, _ circumstances: Circumstances
    ) -> Rights.Decision {
        rights.decide(permission, circumstances)
    }
}
