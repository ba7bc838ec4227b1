/// Where passwords are kept, and which sessions were ended.
///
/// - Throws: whatever keeps the store from answering.
package protocol SessionStore: Sendable {
    /// What tells a user from another of the same name; nil for an unknown user.
    func incarnation(of user: String, deadline: ContinuousClock.Instant) async throws -> String?

    /// Whether the user is still the same, what it logged in by is still good, and the session was not ended.
    ///
    /// - Parameter now: seconds since 1970.
    func isGood(_ session: Session, now: Int64, deadline: ContinuousClock.Instant) async throws -> Bool

    /// Remembers that a session was ended, until it would have been over anyway.
    func end(_ session: Session, deadline: ContinuousClock.Instant) async throws

    /// A user's password and its generation; nil where it has none.
    func password(
        of user: String, deadline: ContinuousClock.Instant
    ) async throws -> (password: StoredPassword, generation: String)?

    /// - Throws: `notFound` for an unknown user.
    func set(_ password: StoredPassword, of user: String, deadline: ContinuousClock.Instant) async throws

    /// - Throws: `notFound` for an unknown user, and where it has none.
    func removePassword(of user: String, deadline: ContinuousClock.Instant) async throws
}
