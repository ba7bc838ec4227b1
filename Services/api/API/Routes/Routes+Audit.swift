import Domain
import JSONCodec
import NIOCore
import NIOHTTP1
import Policy
import Wire

extension Routes {
    private static let filters: [Parameter] = [
        .query(
            "from", .text(TextRule(format: "date-time", pattern: Timestamp.pattern)), "Only calls from this time on."),
        .query("to", .text(TextRule(format: "date-time", pattern: Timestamp.pattern)), "Only calls before this time."),
        .query("user", .string, "Only calls of this user."),
        .query("operation", .string, "Only calls of this operation, such as `deleteBranch`."),
        .query("repository", .string, "Only calls on this repository."),
        .query("client_address", .string, "Only calls from this address."),
        .query("plane", .oneOf("control", "data"), "Only calls that govern the lake, or that move objects."),
        .query("result", .oneOf("ok", "refused", "failed", "unknown"), "Only calls that ended so."),
    ]

    /// Who did what.
    static let audit: [Route] = [
        Route(
            "listAuditLog", .GET, "/audit", .tarn,
            "Lists what was done, by whom and with which result, the latest first.",
            parameters: filters + [.after, .amount], replies: [.json(200, Schemas.auditList, "A page of the log.")],
            access: .needs(.readAuditLog, on: .all)
        ) { call in
            let page = try await call.auth(
                ListAudit.self,
                .init(filter: filter(call), before: try cursor(call.text("after")), amount: call.amount))
            return .page(page.results, hasMore: page.hasMore) {
                Array("\($0.record.at)-\($0.number)".utf8)
            } write: {
                $0.row($1)
            }
        },
        Route(
            "exportAuditLog", .GET, "/audit/export", .tarn, "Gives the log as lines of JSON, the latest first.",
            parameters: filters,
            replies: [
                Reply(
                    status: 200, summary: "A record a line, each as in the list.", contentType: "application/x-ndjson",
                    schema: .string)
            ], access: .needs(.readAuditLog, on: .all), patience: .long
        ) { call in
            let filter = filter(call)
            // Before the answer begins, so that a failure is one.
            let first = try await call.auth(ListAudit.self, .init(filter: filter, before: nil, amount: 1_000))
            return Answer(
                200,
                headers: [
                    ("Content-Type", "application/x-ndjson"), ("X-Content-Type-Options", "nosniff"),
                    ("Content-Disposition", "attachment; filename=\"audit.jsonl\""), ("Cache-Control", "no-store"),
                ], content: .pieces(AuditExport(first: first, filter: filter, call: call).next))
        },
    ]

    private static func filter(_ call: Call) -> AuditFilter {
        func given(_ name: String) -> String? {
            let text = call.text(name)
            return text.isEmpty ? nil : text
        }
        var filter = AuditFilter()
        filter.from = given("from").flatMap(Timestamp.seconds).map { $0 * 1_000_000 }
        filter.to = given("to").flatMap(Timestamp.seconds).map { $0 * 1_000_000 }
        filter.userID = given("user")
        filter.operation = given("operation")
        filter.repository = given("repository")
        filter.clientAddress = given("client_address")
        filter.plane = given("plane").map { $0 == "data" ? .data : .control }
        filter.result = given("result").flatMap(AuditResult.init)
        return filter
    }

    /// Nil for an empty text.
    private static func cursor(_ text: String) throws(APIError) -> AuditCursor? {
        guard !text.isEmpty else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
        guard parts.count == 2, let at = parts[0], let number = parts[1] else {
            throw .badRequest("'after' is no place in the log")
        }
        return AuditCursor(at: at, number: number)
    }
}

/// The pages of the log, one behind the other, as lines.
private actor AuditExport {
    private var page: Listed<AuditEntry>?
    private let filter: AuditFilter
    private let call: Call

    init(first: Listed<AuditEntry>, filter: AuditFilter, call: Call) {
        page = first
        self.filter = filter
        self.call = call
    }

    /// Nil at the end.
    @Sendable func next() async throws -> ByteBuffer? {
        guard let page, !page.results.isEmpty else { return nil }
        var bytes = ByteBuffer()
        for entry in page.results {
            var writer = JSONWriter()
            writer.row(entry)
            bytes.writeBytes(writer.bytes)
            bytes.writeInteger(UInt8(ascii: "\n"))
        }
        self.page = nil
        if page.hasMore, let last = page.results.last {
            self.page = try await call.auth(
                ListAudit.self,
                .init(filter: filter, before: AuditCursor(at: last.record.at, number: last.number), amount: 1_000))
        }
        return bytes
    }
}

extension JSONWriter {
    fileprivate mutating func row(_ entry: AuditEntry) {
        let record = entry.record
        object { writer in
            writer.member("id", "\(record.at)-\(entry.number)")
            writer.member("time", Timestamp.text(microseconds: record.at))
            writer.member("request_id", record.requestID)
            writer.member("plane", record.plane == .data ? "data" : "control")
            writer.member("service", record.service)
            writer.member("operation", record.operation)
            if let user = record.userID { writer.member("user", user) }
            if let key = record.accessKeyID { writer.member("access_key_id", key) }
            if let address = record.clientAddress { writer.member("client_address", address) }
            if let agent = record.userAgent { writer.member("user_agent", agent) }
            if let repository = record.repository { writer.member("repository", repository) }
            if let target = record.target { writer.member("target", target) }
            writer.member("result", AuditResult(status: record.status).rawValue)
            if let status = record.status { writer.member("status", status) }
            if let message = record.message { writer.member("error", message) }
            if let microseconds = record.microseconds { writer.member("duration_us", microseconds) }
        }
    }
}
