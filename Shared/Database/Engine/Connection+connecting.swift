internal import CPostgres

extension Connection {
    /// Begins to connect. A host name is looked up on this thread, so an address or a fast resolver serves best.
    func open() {
        close()
        let options = context.configuration.completeOptions
        let keywords = options.map { CText($0.keyword) }
        let values = options.map { CText($0.value) }
        handle = withExtendedLifetime((keywords, values)) {
            PQconnectStartParams(keywords.map { $0.pointer } + [nil], values.map { $0.pointer } + [nil], 0)
        }
        guard handle != nil else { return lose("out of memory") }
        guard PQstatus(handle) != CONNECTION_BAD else { return lose(complaint) }
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        phase = .connecting(until: context.now + context.configuration.connectTimeout)
        watchOrLose(.writable)
    }

    func continueConnecting() {
        switch PQconnectPoll(handle) {
        case PGRES_POLLING_READING: watchOrLose(.readable)
        case PGRES_POLLING_WRITING: watchOrLose(.writable)
        case PGRES_POLLING_OK: setUp()
        default: lose(complaint)
        }
    }

    private func watchOrLose(_ events: Poller.Events) {
        guard let handle else { return }
        let socket = PQsocket(handle)
        guard socket >= 0, context.poller.watch(socket, events, tag: tag) else {
            return lose("the socket cannot be watched")
        }
        watched = (socket, events)
    }

    /// Sets the session's limits and asks whether the server keeps what it acknowledges.
    private func setUp() {
        let configuration = context.configuration
        var script =
            "SET statement_timeout = \(configuration.statementTimeout.wholeMilliseconds);"
            + "SET lock_timeout = \(lockTimeout.wholeMilliseconds);"
            + "SET idle_in_transaction_session_timeout = \(Self.idleInTransaction.wholeMilliseconds);"
        if let schema = configuration.schema { script += "SET search_path = \(quotedIdentifier(schema));" }
        for (name, value) in configuration.sessionSettings { script += "SET \(name) = \(value);" }
        script +=
            "SELECT current_setting('fsync'), current_setting('synchronous_commit'), "
            + "pg_postmaster_start_time()::text"
        guard PQsetnonblocking(handle, 1) == 0, PQsendQuery(handle, script) == 1, PQflush(handle) >= 0 else {
            return lose(complaint)
        }
        durability = nil
        phase = .settingUp(until: context.now + configuration.connectTimeout)
        // The script is far smaller than a socket's buffer; should it not fit, writability tells.
        watchOrLose(.readable)
    }

    /// After so long without a statement the server ends a transaction, whose holder has hung or vanished.
    private static let idleInTransaction = Duration.seconds(60)

    func continueSetUp() {
        guard PQconsumeInput(handle) == 1 else { return lose(complaint) }
        while PQisBusy(handle) == 0 {
            guard let result = PQgetResult(handle) else { return finishSetUp() }
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK: break
            case PGRES_TUPLES_OK:
                guard PQntuples(result) == 1, PQnfields(result) == 3, let fsync = PQgetvalue(result, 0, 0),
                    let commit = PQgetvalue(result, 0, 1), let start = PQgetvalue(result, 0, 2)
                else { return lose("an unexpected answer to the first question") }
                durability = (String(cString: fsync), String(cString: commit), String(cString: start))
            default: return lose(complaint)
            }
        }
    }

    private func finishSetUp() {
        guard let durability else { return lose("no answer to the first question") }
        if !context.configuration.allowUnsafeDurability {
            for (setting, value) in [("fsync", durability.fsync), ("synchronous_commit", durability.synchronousCommit)]
            where value == "off" {
                let reason = "the server runs with \(setting) off and would lose acknowledged writes"
                return lose(reason, refusal: .unsafeServer(reason))
            }
        }
        guard PQenterPipelineMode(handle) == 1 else { return lose(complaint) }
        phase = .ready
        backoff.reset()
        idleSince = context.now
        context.connected(serverStart: durability.serverStart)
    }
}

/// A name as it stands in SQL.
func quotedIdentifier(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
}
