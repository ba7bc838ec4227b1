import Database
import Wire

extension RPCError {
    /// What a caller learns of an error of the parts below; nil for one that a caller cannot do anything about.
    init?(cause: any Error) {
        switch cause {
        case let error as RPCError: self = error
        case is CancellationError: self.init(.deadlineExceeded, "cancelled")
        case let error as DatabaseError: self.init(database: error)
        default: return nil
        }
    }

    private init?(database error: DatabaseError) {
        switch error {
        case .unavailable, .closed, .unsafeServer, .schemaVersion, .transactionAborted, .serverRestarted:
            self.init(.unavailable, "the database does not answer")
        case .outcomeUnknown: self.init(.outcomeUnknown, "it is not known whether the change was carried out")
        case .deadlineExceeded: self.init(.deadlineExceeded, "the deadline passed")
        case .invalidParameter(let reason): self.init(.invalidArgument, reason)
        case .server(let error) where error.isUniqueViolation:
            self.init(.alreadyExists, subject: "credential", "the access key id or user is taken")
        case .server(let error) where error.isLockTimeout || error.isCancelled || error.isRetryable:
            self.init(.unavailable, "the database is busy")
        // Shutdown, too many connections, out of resources, I/O: the database's own trouble, which passes.
        case .server(let error) where ["57", "53", "58", "08"].contains(error.code.prefix(2)):
            self.init(.unavailable, "the database does not answer")
        case .server, .unexpectedColumn, .invalidConfiguration: return nil
        }
    }
}
