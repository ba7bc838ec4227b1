import JSONCodec
package import Policy

/// Whom a credential speaks for, and what they may do.
package struct Verified: CodableMessage {
    package var principal: Principal
    /// Those of the user and of its groups, by id. What reads them may go on doing so for five seconds.
    package var policies: [PolicyDocument]

    package init(principal: Principal, policies: [PolicyDocument]) {
        self.principal = principal
        self.policies = policies
    }
}
