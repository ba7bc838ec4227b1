/// Work on its way through one connection, which has one at a time.
///
/// A member is the number of one of its parts, as it gave it when sending.
protocol Flight: AnyObject {
    /// Sends the next piece.
    /// - Returns: whether there is more to send.
    func feed(_ connection: Connection) -> Bool
    func received(_ rows: Rows, member: Int)
    /// A statement failed, or, with a negative member, the commit at the end of a unit.
    func refused(_ error: ServerError, member: Int)
    /// A statement did not run because one before it in its unit failed.
    func skipped(member: Int)
    /// A unit is over: committed unless something in it was refused.
    /// - Returns: whether it was the last.
    func synced(_ connection: Connection) -> Bool
    /// The connection was lost, and with it all that was not synced.
    func lost(_ reason: String)
    /// Answers requests whose deadline has passed.
    func expire(_ now: ContinuousClock.Instant) -> Expiry
}

/// What remains of a flight after a look at its deadlines.
enum Expiry {
    /// Look again at this moment.
    case next(ContinuousClock.Instant?)
    /// Nobody waits for it: break it off.
    case abandon
}
