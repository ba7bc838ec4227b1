import Database

/// What a database that does not answer throws.
enum DatabaseAway {
    static let error = DatabaseError.unavailable("connection refused")
}
