import Database
import VersionTree
import Wire

extension RPCError {
    /// What a caller learns of an error of the parts below; nil for one that a caller cannot do anything about.
    init?(cause: any Error) {
        switch cause {
        case let error as RPCError: self = error
        case is CancellationError: self.init(.deadlineExceeded, "cancelled")
        case let error as InvalidStoredName: self.init(.corrupted, error.description)
        case let error as DatabaseError: self.init(database: error)
        case let error as TreeError: self.init(tree: error)
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
        case .server(let error) where error.isLockTimeout || error.isCancelled || error.isRetryable:
            self.init(.unavailable, "the database is busy")
        // Shutdown, too many connections, out of resources, I/O: the database's own trouble, which passes.
        case .server(let error) where ["57", "53", "58", "08"].contains(error.code.prefix(2)):
            self.init(.unavailable, "the database does not answer")
        case .server, .unexpectedColumn, .invalidConfiguration: return nil
        }
    }

    private init(tree error: TreeError) {
        switch error {
        case .corruptNode, .corruptEntry, .missingNode: self.init(.corrupted, error.description)
        case .invalidKey, .valueTooLong: self.init(.invalidArgument, error.description)
        case .unsortedChanges: self.init(.internal, error.description)
        }
    }
}

/// A name read back from the database that breaks its rule.
struct InvalidStoredName: Error, CustomStringConvertible {
    let description: String
}
