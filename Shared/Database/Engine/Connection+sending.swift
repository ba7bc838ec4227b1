internal import CPostgres

extension Connection {
    /// Adds a statement to what is sent, preparing it first if this connection never has.
    func send(_ statement: Statement, _ parameters: [Parameter], member: Int) {
        guard let handle, fault == nil else { return }
        if statement.number >= prepared.count {
            prepared.append(contentsOf: repeatElement(false, count: statement.number - prepared.count + 16))
        }
        if !prepared[statement.number] {
            guard PQsendPrepare(handle, statement.name.pointer, statement.text.pointer, 0, nil) == 1 else {
                fault = complaint
                return
            }
            prepared[statement.number] = true
            unflushedBytes += statement.sql.utf8.count
            entries.append(Entry(kind: .prepare, member: member, statement: statement))
        }
        let buffer = context.parameters
        unflushedBytes += buffer.encode(parameters)
        guard
            PQsendQueryPrepared(
                handle, statement.name.pointer, CInt(parameters.count), buffer.values, buffer.lengths, buffer.formats, 1
            )
                == 1
        else {
            fault = complaint
            return
        }
        entries.append(Entry(kind: .call, member: member, statement: statement))
    }

    /// Ends a unit: what was sent since the last one is committed together.
    func sync() {
        guard let handle, fault == nil else { return }
        guard PQpipelineSync(handle) == 1 else {
            fault = complaint
            return
        }
        entries.append(Entry(kind: .sync, member: -1))
    }

    /// Sends a text of many statements, outside the pipeline.
    func send(script: CText) {
        guard let handle, fault == nil else { return }
        guard PQexitPipelineMode(handle) == 1, PQsendQuery(handle, script.pointer) == 1 else {
            fault = complaint
            return
        }
        entries.append(Entry(kind: .script, member: 0))
    }

    /// Sends as much of the flight as the socket takes.
    func pump() {
        guard let flight, let handle else { return }
        while !isFed {
            if unflushedBytes >= Self.windowBytes {
                guard flush(handle) else { return }
                unflushedBytes = 0
            }
            isFed = !flight.feed(self)
            if let fault { return lose(fault) }
        }
        if flush(handle) { unflushedBytes = 0 }
    }

    /// Whether everything left for the socket; otherwise the rest follows when it can be written to.
    private func flush(_ handle: OpaquePointer) -> Bool {
        let rest = PQflush(handle)
        guard rest >= 0 else {
            lose(complaint)
            return false
        }
        watch(rest == 0 ? .readable : [.readable, .writable])
        if let fault {
            lose(fault)
            return false
        }
        return rest == 0
    }
}
