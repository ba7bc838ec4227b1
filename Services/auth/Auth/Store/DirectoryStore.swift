package import Policy
package import Wire

/// Where users, groups, policies and what ties them together are kept.
///
/// Lists are ordered by the bytes of their ids. Missing things are `notFound` with the kind as subject, taken names
/// `alreadyExists`, limits `invalidArgument`, and rules that keep an administrator there `forbidden`.
///
/// - Throws: these, and whatever keeps the store from answering.
package protocol DirectoryStore: Sendable {
    // MARK: Users

    func users(_ range: ListRange, deadline: ContinuousClock.Instant) async throws -> Listed<User>

    func user(_ id: String, deadline: ContinuousClock.Instant) async throws -> User?

    /// - Returns: the user, with the time it was made.
    func add(_ user: User, deadline: ContinuousClock.Instant) async throws -> User

    /// Takes a user away with all that hangs on it, unless it is the last administrator.
    func removeUser(_ id: String, deadline: ContinuousClock.Instant) async throws

    // MARK: Groups

    func groups(_ range: ListRange, deadline: ContinuousClock.Instant) async throws -> Listed<Group>

    func group(_ id: String, deadline: ContinuousClock.Instant) async throws -> Group?

    /// - Returns: the group, with the time it was made.
    func add(_ group: Group, deadline: ContinuousClock.Instant) async throws -> Group

    func removeGroup(_ id: String, deadline: ContinuousClock.Instant) async throws

    func members(of group: String, _ range: ListRange, deadline: ContinuousClock.Instant) async throws -> Listed<User>

    func groups(of user: String, _ range: ListRange, deadline: ContinuousClock.Instant) async throws -> Listed<Group>

    /// Puts a user into a group, where it may be already.
    func add(_ membership: Membership, deadline: ContinuousClock.Instant) async throws

    /// Takes a user out of a group, unless it is the last administrator.
    func remove(_ membership: Membership, deadline: ContinuousClock.Instant) async throws

    // MARK: Policies

    func policies(_ range: ListRange, deadline: ContinuousClock.Instant) async throws -> Listed<KeptPolicy>

    func policy(_ id: String, deadline: ContinuousClock.Instant) async throws -> KeptPolicy?

    func add(_ document: PolicyDocument, deadline: ContinuousClock.Instant) async throws -> KeptPolicy

    func replace(_ document: PolicyDocument, deadline: ContinuousClock.Instant) async throws -> KeptPolicy

    func removePolicy(_ id: String, deadline: ContinuousClock.Instant) async throws

    /// Those attached to a user or group.
    func policies(
        of holder: PolicyHolder, _ range: ListRange, deadline: ContinuousClock.Instant
    ) async throws -> Listed<KeptPolicy>

    /// Those of a user and of its groups, each once.
    func effectivePolicies(
        of user: String, _ range: ListRange, deadline: ContinuousClock.Instant
    ) async throws -> Listed<KeptPolicy>

    /// All of them at once, to decide by; none for an unknown user.
    ///
    /// - Throws: `permissionDenied` where they are larger than the limit.
    func effectivePolicies(of user: String, deadline: ContinuousClock.Instant) async throws -> [PolicyDocument]

    /// Attaches a policy, which may be attached already.
    func add(_ attachment: PolicyAttachment, deadline: ContinuousClock.Instant) async throws

    func remove(_ attachment: PolicyAttachment, deadline: ContinuousClock.Instant) async throws

    /// Gives a user the rights of an administrator, whatever was done to the directory: the administrators' group and its
    /// policies become what they were at first, and the user loses what else it has, as that might deny.
    func makeAdministrator(_ user: String, deadline: ContinuousClock.Instant) async throws

    // MARK: External principals

    func externalPrincipals(
        of user: String, _ range: ListRange, deadline: ContinuousClock.Instant
    ) async throws -> Listed<ExternalPrincipal>

    func externalPrincipal(_ id: String, deadline: ContinuousClock.Instant) async throws -> ExternalPrincipal?

    func add(_ principal: ExternalPrincipal, deadline: ContinuousClock.Instant) async throws

    /// Makes a user together with the identity it is tied to, a member of those of the groups that are there.
    func add(
        _ user: User, tiedTo principal: ExternalPrincipal, groups: [String], deadline: ContinuousClock.Instant
    ) async throws

    /// Keeps what a user is called now; what is nil stays as it was, as does all where there is no such user.
    func describe(
        _ user: String, friendlyName: String?, email: String?, deadline: ContinuousClock.Instant
    ) async throws

    func removeExternalPrincipal(
        _ id: String, of user: String, deadline: ContinuousClock.Instant
    ) async throws
}

extension RPCError {
    static func missing(_ kind: String) -> RPCError { RPCError(.notFound, subject: kind, "\(kind) not found") }

    static func taken(_ kind: String) -> RPCError {
        RPCError(.alreadyExists, subject: kind, "\(kind) already exists")
    }

    static func tooMany(_ what: String, _ limit: Int, of kind: String) -> RPCError {
        RPCError(.invalidArgument, subject: kind, "a \(kind) has at most \(limit) \(what)")
    }

    static let lastAdministrator = RPCError(
        .forbidden, subject: "group", "the last member of \(BaseDirectory.administrators) cannot be taken away")
}

extension RPCError {
    static let effectivePoliciesTooLarge = RPCError(
        .permissionDenied, subject: "policy",
        "the policies of the user and its groups have more than \(DirectoryLimits.effectiveBytes) bytes")
}
