package import JSONCodec

/// Which calls are meant: those that govern the lake, or those that move its objects.
package enum AuditPlane: Int, Codable, Sendable, CaseIterable {
    case control = 1
    case data
}

/// What came of a call.
package enum AuditResult: String, Codable, Sendable, CaseIterable {
    case ok
    /// By credentials or permissions: 401 and 403.
    case refused
    case failed
    /// It was begun, and the process that carried it out has not told how it ended.
    case unknown

    /// Nil for an unknown one.
    package init(status: Int?) {
        switch status {
        case nil: self = .unknown
        case 401, 403: self = .refused
        case let status? where status < 400: self = .ok
        default: self = .failed
        }
    }
}

/// One call that somebody made.
package struct AuditRecord: CodableMessage {
    /// What the log keeps of a call; a change is written before it is begun, so that no crash can hide it.
    package enum Phase: Int, Codable, Sendable {
        case begun = 1
        /// How one that was begun has ended.
        case ended
        /// Both at once, for what changes nothing.
        case whole
    }

    /// When the call came: microseconds since 1970.
    package var at: Int64
    /// The trace of the call, which its log lines and its answer name.
    package var requestID: String
    package var phase: Phase
    package var plane: AuditPlane
    /// The service that took the call.
    package var service: String
    package var operation: String
    package var userID: String?
    package var accessKeyID: String?
    package var clientAddress: String?
    package var userAgent: String?
    package var repository: String?
    /// What it was made on: a path of the protocol, or bucket and key.
    package var target: String?
    /// Of HTTP; nil where it is begun only.
    package var status: Int?
    /// What a failure said.
    package var message: String?
    package var microseconds: Int64?

    /// The greatest length of each text, in bytes; longer ones are cut.
    package static let maxTextBytes = 2_048

    package init(
        at: Int64, requestID: String, phase: Phase, plane: AuditPlane, service: String, operation: String,
        clientAddress: String? = nil, userAgent: String? = nil, repository: String? = nil, target: String? = nil
    ) {
        self.at = at
        self.requestID = requestID
        self.phase = phase
        self.plane = plane
        self.service = service
        self.operation = operation
        self.clientAddress = clientAddress
        self.userAgent = userAgent.map(Self.cut)
        self.repository = repository.map(Self.cut)
        self.target = target.map(Self.cut)
    }

    /// The text up to the limit, whole characters only, without what a database cannot keep.
    package static func cut(_ text: String) -> String {
        let clean = text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
        guard clean.utf8.count > maxTextBytes else { return clean }
        var end = clean.utf8.index(clean.utf8.startIndex, offsetBy: maxTextBytes)
        while end > clean.startIndex, !clean.isCharacterStart(end) { end = clean.utf8.index(before: end) }
        return String(clean[..<end])
    }
}

extension String {
    /// Whether a scalar begins at an index of the UTF-8 bytes.
    fileprivate func isCharacterStart(_ index: Index) -> Bool { index.samePosition(in: unicodeScalars) != nil }
}

/// Writes records, all of them or none; they are durable when it answers. At most 1,000.
package enum AppendAudit: RPCMethod {
    package typealias Response = Nothing

    package static let name = "auth.appendAudit"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api, .gateway]
    // Sent again, a record is there twice; none is lost.
    package static let isIdempotent = true
    package static let isSmall = false
    package static let maxRecords = 1_000

    package struct Request: CodableMessage {
        package var records: [AuditRecord]

        package init(records: [AuditRecord]) {
            self.records = records
        }
    }
}

/// What a page of the log is asked for; what is nil is not looked at.
package struct AuditFilter: Codable, Hashable, Sendable {
    /// Microseconds since 1970, from and up to but not with.
    package var from: Int64?
    package var to: Int64?
    package var userID: String?
    package var operation: String?
    package var repository: String?
    package var clientAddress: String?
    package var plane: AuditPlane?
    package var result: AuditResult?

    package init() {}
}

/// A record with its place in the log.
package struct AuditEntry: CodableMessage {
    package var number: Int64
    package var record: AuditRecord

    package init(number: Int64, record: AuditRecord) {
        self.number = number
        self.record = record
    }
}

/// Where a page of the log goes on.
package struct AuditCursor: Codable, Hashable, Sendable {
    package var at: Int64
    package var number: Int64

    package init(at: Int64, number: Int64) {
        self.at = at
        self.number = number
    }
}

/// The log, newest first.
package enum ListAudit: RPCMethod {
    package typealias Response = Listed<AuditEntry>

    package static let name = "auth.listAudit"
    package static let service = ServiceName.auth
    package static let callers: Set<ServiceName> = [.api]
    package static let isIdempotent = true
    package static let isSmall = false

    package struct Request: CodableMessage {
        package var filter: AuditFilter
        /// Only what is older than this.
        package var before: AuditCursor?
        /// 1 to 1,000.
        package var amount: Int

        package init(filter: AuditFilter, before: AuditCursor?, amount: Int) {
            self.filter = filter
            self.before = before
            self.amount = amount
        }
    }
}
