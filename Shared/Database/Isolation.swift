/// How much of other transactions a transaction sees.
package enum Isolation: Sendable, Hashable, CaseIterable {
    case readCommitted
    case repeatableRead
    case serializable
    /// Sees one moment throughout and changes nothing.
    case snapshot

    /// The statement that opens such a transaction.
    var begin: Statement {
        switch self {
        case .readCommitted: Statements.readCommitted
        case .repeatableRead: Statements.repeatableRead
        case .serializable: Statements.serializable
        case .snapshot: Statements.snapshot
        }
    }
}

/// The statements the module itself sends.
enum Statements {
    static let readCommitted = Statement.write("BEGIN ISOLATION LEVEL READ COMMITTED")
    static let repeatableRead = Statement.write("BEGIN ISOLATION LEVEL REPEATABLE READ")
    static let serializable = Statement.write("BEGIN ISOLATION LEVEL SERIALIZABLE")
    static let snapshot = Statement.write("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    static let commit = Statement.write("COMMIT")
    static let rollback = Statement.write("ROLLBACK")
    static let setLocal = Statement.write("SELECT set_config($1, $2, true)")
    static let probe = Statement.read("SELECT 1")
}
