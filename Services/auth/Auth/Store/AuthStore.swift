package import Wire

/// Where users, the directory around them, and credentials are kept.
///
/// - Throws: whatever keeps the store from answering.
package protocol AuthStore: DirectoryStore, SessionStore, SealedStore {
    /// Nil for an unknown key, and for a session's where what its maker was known by is no more.
    func credential(_ accessKeyID: String, deadline: ContinuousClock.Instant) async throws -> StoredCredential?

    /// Whether the first set-up was done.
    func isInitialized(deadline: ContinuousClock.Instant) async throws -> Bool

    /// Makes the first user, an administrator, and its credential, once.
    ///
    /// - Returns: when it was made, in seconds since 1970; `nil` if the set-up was done before.
    func setUp(_ credential: StoredCredential, deadline: ContinuousClock.Instant) async throws -> Int64?

    /// Gives an existing user another credential.
    ///
    /// - Returns: when it was made, in seconds since 1970; `nil` if there is no such user.
    /// - Throws: `alreadyExists`; `invalidArgument` where the user has as many as the limit.
    func add(_ credential: StoredCredential, deadline: ContinuousClock.Instant) async throws -> Int64?

    /// The access keys of a user, by id.
    func credentials(
        of user: String, _ range: ListRange, deadline: ContinuousClock.Instant
    ) async throws -> Listed<Credential>

    /// One of a user's access keys without its secret; `nil` where the user has no such key.
    func credential(
        _ accessKeyID: String, of user: String, deadline: ContinuousClock.Instant
    ) async throws -> Credential?

    /// - Throws: `notFound`.
    func removeCredential(_ accessKeyID: String, of user: String, deadline: ContinuousClock.Instant) async throws

    // MARK: Sessions

    /// Keeps the key of a session, and drops those that were over a day ago.
    ///
    /// - Returns: false where the user or what it is known by is no more.
    /// - Throws: `invalidArgument` where the user has as many as the limit.
    func add(
        _ credential: StoredCredential, _ session: StoredSession, deadline: ContinuousClock.Instant
    ) async throws -> Bool

    /// The sessions of a user that are not over, by access key.
    func sessions(
        of user: String, _ range: ListRange, deadline: ContinuousClock.Instant
    ) async throws -> Listed<Credential>

    /// - Throws: `notFound`.
    func removeSession(_ accessKeyID: String, of user: String, deadline: ContinuousClock.Instant) async throws

    // MARK: Uses and master keys

    /// Notes that an access key was used now.
    func used(_ accessKeyID: String, deadline: ContinuousClock.Instant) async throws

    /// The keys of a purpose, newest first.
    func purposeKeys(of purpose: String, deadline: ContinuousClock.Instant) async throws -> [StoredPurposeKey]

    /// Keeps a key, unless its number is taken, and drops those of its purpose that were made before a time.
    ///
    /// - Parameter created: seconds since 1970.
    /// - Returns: whether it was kept.
    func add(
        _ key: StoredPurposeKey, removingCreatedBefore created: Int64, deadline: ContinuousClock.Instant
    ) async throws -> Bool

    /// The ids of the master keys that sealed any secret of a user, at most `limit`.
    func masterKeyIDs(limit: Int, deadline: ContinuousClock.Instant) async throws -> [String]
}
