/// Why a call on the database failed.
package enum DatabaseError: Error, Sendable, Equatable {
    /// The database cannot be reached, or too much waits for it. Nothing was changed.
    ///
    /// Also at the deadline, where no connection of the kind the call needs was up: the reason says more than the time does.
    case unavailable(String)
    /// The connection was lost, or the deadline passed, while a change was under way: it may be committed or not.
    case outcomeUnknown(String)
    /// The deadline passed while the call waited for its turn on a connection or for the server's answer, or before it was
    /// made. Nothing was changed.
    case deadlineExceeded
    /// The server may have forgotten what the call rests on. Nothing was changed.
    case serverRestarted
    /// The server refused the statement. Nothing was changed.
    case server(ServerError)
    /// The server would lose acknowledged writes in a crash, and the configuration does not allow that.
    case unsafeServer(String)
    /// A parameter cannot be sent as it is.
    case invalidParameter(String)
    /// A column is not of the type it was read as.
    case unexpectedColumn(String)
    /// The address of a database cannot be understood.
    case invalidConfiguration(String)
    /// The schema is not of the version this program needs.
    case schemaVersion(String)
    /// A statement of the transaction failed before, so it was rolled back instead of committed.
    case transactionAborted
    /// The database was shut down, or the transaction is over.
    case closed
}

extension DatabaseError {
    /// The server's complaint, if that is what the error is.
    package var serverError: ServerError? {
        if case .server(let error) = self { error } else { nil }
    }
}

extension DatabaseError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unavailable(let reason): "database unavailable: \(reason)"
        case .outcomeUnknown(let reason): "database: outcome unknown: \(reason)"
        case .deadlineExceeded: "database: deadline exceeded"
        case .serverRestarted: "database: the server restarted meanwhile"
        case .server(let error): "database: \(error)"
        case .unsafeServer(let reason): "database refused: \(reason)"
        case .invalidParameter(let reason): "database: invalid parameter: \(reason)"
        case .unexpectedColumn(let reason): "database: unexpected column: \(reason)"
        case .invalidConfiguration(let reason): "database: invalid configuration: \(reason)"
        case .schemaVersion(let reason): "database: \(reason)"
        case .transactionAborted: "database: transaction aborted"
        case .closed: "database: closed"
        }
    }
}
