package import Wire

/// Where users, the directory around them, and credentials are kept.
///
/// - Throws: whatever keeps the store from answering.
package protocol AuthStore: DirectoryStore, SessionStore, SealedStore {
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
