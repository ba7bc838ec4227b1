/// Secrets as they lie in the database, to be sealed anew.
///
/// - Throws: whatever keeps the store from answering.
package protocol SealedStore: Sendable {
    /// Access keys whose secrets another master key than this one sealed, by id.
    func credentials(
        notSealedBy keyID: String, limit: Int, deadline: ContinuousClock.Instant
    ) async throws -> [StoredCredential]

    /// Signing keys that another master key than this one sealed.
    func purposeKeys(
        notSealedBy keyID: String, limit: Int, deadline: ContinuousClock.Instant
    ) async throws -> [StoredPurposeKey]

    /// Puts a sealed secret in the place of the one that the credential has, if it is there still.
    func reseal(
        _ credential: StoredCredential, as secret: SealedSecret, deadline: ContinuousClock.Instant
    ) async throws

    func reseal(_ key: StoredPurposeKey, as sealed: SealedSecret, deadline: ContinuousClock.Instant) async throws
}
