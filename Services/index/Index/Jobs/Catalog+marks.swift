import Database
package import JSONCodec
package import Wire

/// Addresses that a clean-up found without a reference.
extension Catalog {
    static let maxAddresses = 1_000

    package func markAddresses(_ request: MarkAddresses.Request, _ context: CallContext) async throws -> Nothing {
        try await change(
            Self.mark, request.jobID, request.fencing, request.repositoryID, request.addresses, deadline(context))
    }

    package func forgetMarkedAddresses(
        _ request: ForgetMarkedAddresses.Request, _ context: CallContext
    ) async throws -> Nothing {
        try await change(
            Self.forget, request.jobID, request.fencing, request.repositoryID, request.addresses, deadline(context))
    }

    private func change(
        _ statement: Statement, _ job: String, _ fencing: Int64, _ repository: Int64, _ addresses: [String],
        _ deadline: ContinuousClock.Instant
    ) async throws -> Nothing {
        guard addresses.count <= Self.maxAddresses else {
            throw RPCError.invalid("addresses", "at most \(Self.maxAddresses) addresses")
        }
        let id = try jobID(job)
        guard id.repository == repository else { throw RPCError.invalid("job", "the job is another repository's") }
        try await database.transaction(deadline: deadline) { transaction in
            try await hold(id, fencing, transaction)
            _ = try await transaction.run(statement, [.int64(repository), .texts(addresses.sorted())])
        }
        return Nothing()
    }

    package func listMarkedAddresses(
        _ request: ListMarkedAddresses.Request, _ context: CallContext
    ) async throws -> Listed<String> {
        let amount = try NameRange.check(request.amount)
        let rows = try await database.read(
            Self.selectMarked,
            [
                .int64(request.repositoryID), .text(request.after), .double(Double(request.minimumAgeSeconds)),
                .int64(Int64(amount) + 1),
            ], deadline: deadline(context))
        return Listed(results: try rows.prefix(amount).map { try $0.text(0) }, hasMore: rows.count > amount)
    }

    /// Keeps the job's lease until the end of the transaction.
    /// - Throws: `conflict` where it is another's.
    func hold(_ id: JobID, _ fencing: Int64, _ transaction: Transaction) async throws {
        let held = try await transaction.run(Self.holdLease, id.parameters + [.int64(fencing)])
        guard !held.isEmpty else { throw RPCError.leaseLost }
    }

    private static let holdLease = Statement.write(
        """
        SELECT 1 FROM job WHERE repository = $1 AND id = $2 AND fencing = $3 AND ends > clock_timestamp() FOR SHARE
        """)

    private static let mark = Statement.write(
        """
        INSERT INTO marked_address (repository, address) SELECT $1, a.address FROM unnest($2::text[]) AS a (address)
        ON CONFLICT (repository, address) DO NOTHING
        """)

    private static let forget = Statement.write(
        "DELETE FROM marked_address WHERE repository = $1 AND address = ANY ($2::text[])")

    private static let selectMarked = Statement.read(
        """
        SELECT m.address FROM marked_address m
        WHERE m.repository = $1 AND m.address > $2 AND m.marked <= clock_timestamp() - $3 * interval '1 second'
        ORDER BY m.address LIMIT $4
        """)
}
