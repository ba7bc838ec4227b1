internal import CPostgres

extension ServerError {
    /// The error a result carries; nil where it comes from libpq and not from the server.
    init?(_ result: OpaquePointer) {
        func field(_ name: Character) -> String? {
            guard let code = name.asciiValue, let text = PQresultErrorField(result, CInt(code)) else { return nil }
            return String(cString: text)
        }
        // The letters are PG_DIAG_SQLSTATE, _MESSAGE_PRIMARY and _CONSTRAINT_NAME of postgres_ext.h.
        guard let code = field("C") else { return nil }
        self.init(code: code, message: field("M") ?? "unknown", constraint: field("n"))
    }

    /// Whether the server closes the connection after it: it shuts down, crashed, or was told to.
    static func isFatal(_ result: OpaquePointer) -> Bool {
        // PG_DIAG_SEVERITY_NONLOCALIZED: ERROR, FATAL or PANIC.
        guard let severity = PQresultErrorField(result, CInt(UInt8(ascii: "V"))) else { return true }
        return String(cString: severity) != "ERROR"
    }

    /// A statement the connection should have prepared is not there.
    var isUnknownStatement: Bool { code == "26000" }
}
