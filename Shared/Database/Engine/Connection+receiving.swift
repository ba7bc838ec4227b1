internal import CPostgres

extension Connection {
    func receive() {
        guard let handle else { return }
        guard PQconsumeInput(handle) == 1 else { return lose(complaint) }
        if let stallPatience, stallsAt != nil { stallsAt = context.now + stallPatience }
        while let entry = entries.first, PQisBusy(handle) == 0 {
            guard let result = PQgetResult(handle) else {
                end(entry)
                if let fault { return lose(fault) }
                continue
            }
            strayEnds = 0
            take(result, for: entry)
            if let fault { return lose(fault) }
            guard self.handle == handle else { return }
        }
        if PQstatus(handle) == CONNECTION_BAD { lose(complaint) }
    }

    /// libpq has no more results for an entry.
    private func end(_ entry: Entry) {
        switch entry.kind {
        case .prepare, .call: _ = entries.popFirst()
        case .sync:
            // Seen once, after a commit that failed; the sync itself follows.
            strayEnds += 1
            if strayEnds > 1 { fault = "the answers are out of step with the questions" }
        case .script:
            _ = entries.popFirst()
            guard PQenterPipelineMode(handle) == 1 else {
                fault = complaint
                return
            }
            finishUnit()
        }
    }

    private func take(_ result: OpaquePointer, for entry: Entry) {
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK where entry.kind == .call, PGRES_COMMAND_OK where entry.kind == .call:
            flight?.received(Rows(adopting: result), member: entry.member)
            return
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: break
        case PGRES_PIPELINE_SYNC:
            _ = entries.popFirst()
            PQclear(result)
            finishUnit()
            return
        case PGRES_PIPELINE_ABORTED:
            if entry.kind == .prepare, let statement = entry.statement { prepared[statement.number] = false }
            flight?.skipped(member: entry.member)
        case PGRES_FATAL_ERROR:
            guard let error = ServerError(result), !ServerError.isFatal(result) else {
                fault = complaint
                break
            }
            if let statement = entry.statement, entry.kind == .prepare || error.isUnknownStatement {
                prepared[statement.number] = false
            }
            flight?.refused(error, member: entry.member)
        default: fault = "an answer of a kind that was not asked for"
        }
        PQclear(result)
    }

    private func finishUnit() {
        guard let flight, flight.synced(self) else { return }
        // The flight may have ended by closing the connection, or started another.
        if self.flight === flight {
            self.flight = nil
            stallsAt = nil
            idleSince = context.now
        }
    }
}
