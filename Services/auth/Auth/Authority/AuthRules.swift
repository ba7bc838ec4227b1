package import Cryptography

/// What an installation decides about authentication.
package struct AuthRules: Sendable {
    /// The regions that clients may sign for; at least one.
    package var regions = ["us-east-1"]
    /// The one-time token of the first set-up; without one, nobody can set up.
    package var setupToken: String?
    package var misses = MissLimits()
    /// What it costs to try a password.
    package var passwordCost = PasswordHasher.usualCost

    package init() {}
}
