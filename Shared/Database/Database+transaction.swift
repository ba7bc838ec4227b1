extension Database {
    /// Runs the body in a transaction and commits it; rolls it back when the body throws.
    ///
    /// The connection is taken with the first statement, and BEGIN travels with it. Each further step of the body costs a
    /// round trip and the wakes that go with it; `pipeline` and `finish` save some. After a minute without a statement the
    /// server ends the transaction.
    /// - Parameters:
    ///   - lockTimeout: the wait for a lock within this transaction, where it differs from the configuration's.
    ///   - epoch: the only one in which it begins.
    ///   - deadline: for the whole transaction, the wait for a connection included. At the deadline a statement under way is
    ///     cancelled and rolled back.
    /// - Throws: what the body throws; `DatabaseError.outcomeUnknown` when the connection was lost or the deadline passed
    ///   while committing.
    package func transaction<Value>(
        isolation: Isolation = .readCommitted, lockTimeout: Duration? = nil, epoch: UInt64? = nil,
        deadline: ContinuousClock.Instant,
        _ body: (Transaction) async throws -> Value
    ) async throws -> Value {
        var begin = [Call(isolation.begin)]
        if let lockTimeout {
            begin.append(Call(Statements.setLocal, ["lock_timeout", .text("\(lockTimeout.wholeMilliseconds)ms")]))
        }
        let transaction = Transaction(database: self, lease: Lease(begin: begin, epoch: epoch), deadline: deadline)
        do {
            let value = try await body(transaction)
            try await transaction.commit()
            return value
        } catch {
            // Also after a commit that was never sent; after any other there is nothing left to roll back.
            await transaction.rollBack()
            throw error
        }
    }
}

extension Duration {
    /// Rounded up, so that no positive time becomes none.
    var wholeMilliseconds: Int64 {
        components.seconds * 1_000 + (components.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}

extension Database {
    /// Hands over a request and waits for its answer even in a cancelled task, whatever the answer is.
    func settle(_ request: Request) async {
        await withUnsafeContinuation { continuation in
            request.continuation = continuation
            if !mailbox.post(.submit(request)) { request.answer(DatabaseError.closed) }
        }
    }
}
