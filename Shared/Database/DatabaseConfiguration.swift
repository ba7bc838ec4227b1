internal import CPostgres

/// Where the database is, and the limits of its use. Prints without the password.
package struct DatabaseConfiguration: Sendable {
    /// libpq's keywords and values, in the order given.
    let options: [Option]

    struct Option: Sendable {
        let keyword: String
        let value: String
    }

    /// Connections that share reads that need no transaction of their own.
    package var readConnections = 2
    /// Connections that share changes of one statement; those beyond the first help out where a batch is held up.
    package var writeConnections = 2
    /// The greatest number of connections for transactions, opened when needed.
    package var maxExclusiveConnections = 4
    /// Whether a server with `fsync` or `synchronous_commit` off is taken, which loses acknowledged writes in a crash.
    package var allowUnsafeDurability = false
    /// The schema that unqualified names are looked up in; the role's own search path where nil.
    package var schema: String?
    /// Further settings of every session, such as those of the planner. Not from outside: names and values are sent as they are.
    package var sessionSettings: [String: String] = [:]
    /// The server's `statement_timeout`.
    package var statementTimeout = Duration.seconds(30)
    /// The server's `lock_timeout` on exclusive connections.
    package var lockTimeout = Duration.seconds(5)
    /// The server's `lock_timeout` on shared connections, where one that waits holds up others.
    package var sharedLockTimeout = Duration.seconds(1)
    /// How long a connection may take to come up.
    package var connectTimeout = Duration.seconds(5)
    /// How long a call waits for a connection while the database is down.
    package var patience = Duration.seconds(2)
    /// The greatest number of calls that wait; more are refused.
    package var maxWaiting = 10_000

    /// - Parameter address: a libpq URL (`postgresql://…`) or a string of keywords (`host=… dbname=…`).
    /// - Throws: `DatabaseError.invalidConfiguration`, without quoting the address.
    package init(_ address: String) throws(DatabaseError) {
        var message: UnsafeMutablePointer<CChar>?
        guard let parsed = PQconninfoParse(address, &message) else {
            // libpq's message may quote a part of the address and with it the password.
            PQfreemem(message)
            throw .invalidConfiguration("the address of the database is not one libpq understands")
        }
        defer { PQconninfoFree(parsed) }
        var options: [Option] = []
        var option = parsed
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                options.append(Option(keyword: String(cString: keyword), value: String(cString: value)))
            }
            option += 1
        }
        self.options = options
    }

    /// What the address does not say but should.
    static let defaults = [
        Option(keyword: "fallback_application_name", value: "tarn"),
        Option(keyword: "client_encoding", value: "UTF8"),
        // A peer that vanished is noticed within so many milliseconds of unanswered data…
        Option(keyword: "tcp_user_timeout", value: "10000"),
        // …or seconds of silence.
        Option(keyword: "keepalives_idle", value: "10"),
        Option(keyword: "keepalives_interval", value: "5"),
        Option(keyword: "keepalives_count", value: "3"),
    ]

    var completeOptions: [Option] {
        options + Self.defaults.filter { fallback in !options.contains { $0.keyword == fallback.keyword } }
    }

    package func value(_ keyword: String) -> String? { options.last { $0.keyword == keyword }?.value }
}

extension DatabaseConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private static let shown = ["host", "hostaddr", "port", "dbname", "user", "sslmode", "application_name"]

    package var description: String {
        options.filter { Self.shown.contains($0.keyword) }.map { "\($0.keyword)=\($0.value)" }.joined(separator: " ")
    }

    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [("address", description)]) }
}
