package import Database
package import Wire

/// The audit log in Postgres: a table with a partition for each day.
package struct PostgresAuditStore: AuditStore {
    private let database: Database

    package init(_ database: Database) { self.database = database }

    private static let insert = Statement.write(
        """
        INSERT INTO audit (
            at, request_id, phase, plane, service, operation, user_id, access_key_id, client_address, user_agent,
            repository, target, message, status, microseconds
        )
        SELECT n.at, n.request_id, n.phase, n.plane, n.service, n.operation, n.user_id, n.access_key_id,
            n.client_address, n.user_agent, n.repository, n.target, n.message, nullif(n.status, -1),
            nullif(n.microseconds, -1)
        FROM unnest(
            $1::bigint[], $2::text[], $3::integer[], $4::integer[], $5::text[], $6::text[], $7::text[], $8::text[],
            $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::integer[], $15::bigint[]
        ) n (
            at, request_id, phase, plane, service, operation, user_id, access_key_id, client_address, user_agent,
            repository, target, message, status, microseconds
        )
        """)

    package func append(_ records: [AuditRecord], deadline: ContinuousClock.Instant) async throws {
        func texts(_ value: (AuditRecord) -> String?) -> Parameter {
            .texts(records.map { value($0).map(AuditRecord.cut) })
        }
        func numbers(_ value: (AuditRecord) -> Int?) -> Parameter {
            .int32s(records.map { Int32(clamping: value($0) ?? -1) })
        }
        _ = try await database.exclusive(
            Self.insert,
            [
                .int64s(records.map(\.at)), texts(\.requestID), numbers(\.phase.rawValue), numbers(\.plane.rawValue),
                texts(\.service), texts(\.operation), texts(\.userID), texts(\.accessKeyID), texts(\.clientAddress),
                texts(\.userAgent), texts(\.repository), texts(\.target), texts(\.message), numbers(\.status),
                .int64s(records.map { $0.microseconds ?? -1 }),
            ], deadline: deadline)
    }

    /// By whether a user and a repository are given, so that each finds its index.
    private static let pages = [false, true].map { byUser in
        [false, true].map { byRepository in
            Statement.read(
                """
                SELECT b.at, b.number, b.request_id, b.phase, b.plane, b.service, b.operation, b.user_id,
                    b.access_key_id, b.client_address, b.user_agent, b.repository, b.target,
                    coalesce(e.message, b.message), coalesce(e.status, b.status),
                    coalesce(e.microseconds, b.microseconds)
                FROM audit b
                LEFT JOIN LATERAL (
                    SELECT x.message, x.status, x.microseconds FROM audit x
                    WHERE b.phase = 1 AND x.phase = 2 AND x.at = b.at AND x.request_id = b.request_id LIMIT 1
                ) e ON true
                WHERE b.phase <> 2 AND b.at >= $1::bigint AND b.at < $2::bigint
                    AND (b.at, b.number) < ($3::bigint, $4::bigint)
                    AND \(byUser ? "b.user_id = $5::text" : "$5::text IS NULL")
                    AND \(byRepository ? "b.repository = $6::text" : "$6::text IS NULL")
                    AND ($7::text IS NULL OR b.operation = $7::text)
                    AND ($8::text IS NULL OR b.client_address = $8::text)
                    AND ($9::integer IS NULL OR b.plane = $9::integer)
                    AND ($10::text IS NULL OR $10::text = CASE
                        WHEN coalesce(e.status, b.status) IS NULL THEN 'unknown'
                        WHEN coalesce(e.status, b.status) IN (401, 403) THEN 'refused'
                        WHEN coalesce(e.status, b.status) < 400 THEN 'ok' ELSE 'failed' END)
                ORDER BY b.at DESC, b.number DESC LIMIT $11::bigint
                """)
        }
    }

    package func records(
        _ filter: AuditFilter, before: AuditCursor?, limit: Int, deadline: ContinuousClock.Instant
    ) async throws -> [AuditEntry] {
        let statement = Self.pages[filter.userID == nil ? 0 : 1][filter.repository == nil ? 0 : 1]
        let rows = try await database.read(
            statement,
            [
                .int64(filter.from ?? 0), .int64(filter.to ?? .max), .int64(before?.at ?? .max),
                .int64(before?.number ?? .max), .nullable(filter.userID), .nullable(filter.repository),
                .nullable(filter.operation), .nullable(filter.clientAddress),
                .nullable(filter.plane.map { Int32($0.rawValue) }), .nullable(filter.result?.rawValue),
                .int64(Int64(limit)),
            ], deadline: deadline)
        return try rows.map { row in
            var record = AuditRecord(
                at: try row.int64(0), requestID: try row.text(2),
                phase: AuditRecord.Phase(rawValue: Int(try row.int32(3))) ?? .whole,
                plane: AuditPlane(rawValue: Int(try row.int32(4))) ?? .control, service: try row.text(5),
                operation: try row.text(6), clientAddress: try row.optionalText(9),
                userAgent: try row.optionalText(10), repository: try row.optionalText(11),
                target: try row.optionalText(12))
            record.userID = try row.optionalText(7)
            record.accessKeyID = try row.optionalText(8)
            record.message = try row.optionalText(13)
            record.status = try row.optionalInt32(14).map(Int.init)
            record.microseconds = try row.optionalInt64(15)
            return AuditEntry(number: try row.int64(1), record: record)
        }
    }

    private static let tend = Statement.write("SELECT audit_tend($1::bigint, $2::bigint)")

    package func tend(today: Int64, keptDays: Int64?, deadline: ContinuousClock.Instant) async throws {
        _ = try await database.exclusive(Self.tend, [.int64(today), .nullable(keptDays)], deadline: deadline)
    }
}
