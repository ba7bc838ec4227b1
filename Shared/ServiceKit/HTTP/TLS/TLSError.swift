import COpenSSL

/// Why TLS cannot be spoken; holds no secret.
package struct TLSError: Error, Sendable, Hashable, CustomStringConvertible {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }

    package var description: String { reason }

    /// With the oldest of the thread's errors in OpenSSL's queue, which is emptied.
    static func last(_ what: String) -> TLSError {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0, let reason = ERR_reason_error_string(code) else { return TLSError(what) }
        return TLSError("\(what): \(String(cString: reason))")
    }
}
