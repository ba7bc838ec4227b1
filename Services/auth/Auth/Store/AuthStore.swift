package import Wire

/// Where users and credentials are kept.
///
/// - Throws: whatever keeps the store from answering.
package protocol AuthStore: Sendable {
    func credential(_ accessKeyID: String, deadline: ContinuousClock.Instant) async throws -> StoredCredential?

    func user(_ id: String, deadline: ContinuousClock.Instant) async throws -> User?

    /// Whether the first set-up was done.
    func isInitialized(deadline: ContinuousClock.Instant) async throws -> Bool

    /// Makes the first user and its credential, once.
    ///
    /// - Returns: when it was made, in seconds since 1970; `nil` if the set-up was done before.
    func setUp(_ credential: StoredCredential, deadline: ContinuousClock.Instant) async throws -> Int64?

    /// Gives an existing user another credential.
    ///
    /// - Returns: when it was made, in seconds since 1970; `nil` if there is no such user.
    func add(_ credential: StoredCredential, deadline: ContinuousClock.Instant) async throws -> Int64?

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
