/// How much the directory holds of anything, so that what a user may do is found out in bounded time.
enum DirectoryLimits {
    static let groupsOfUser = 50
    /// Attached to one user or one group.
    static let policiesOfHolder = 50
    static let keysOfUser = 100
    /// Not yet over.
    static let sessionsOfUser = 5_000
    static let boundsOfSession = 2
    static let policiesOfBound = 10
    /// The bounds of one session as JSON.
    static let boundsBytes = 64 * 1024
    static let externalPrincipalsOfUser = 100
    /// The statements of one policy as JSON, in bytes.
    static let policyBytes = 32 * 1024
    /// The statements of all policies of one user, its groups' included, as JSON, in bytes. Beyond it the user is refused
    /// everything, as a policy left out might be the one that denies.
    static let effectiveBytes = 1024 * 1024
    static let descriptionBytes = 1024
    static let friendlyNameBytes = 1024
    static let emailBytes = 320
    static let keyNameBytes = 255
    static let externalPrincipalBytes = 1024
    static let externalSettingsBytes = 4096
}
