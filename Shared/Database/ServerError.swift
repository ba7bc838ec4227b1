/// An error as Postgres reports it, without its detail field, which quotes stored values.
package struct ServerError: Error, Sendable, Equatable {
    /// The five characters of the SQLSTATE (Postgres manual, appendix A).
    package let code: String
    package let message: String
    /// The constraint that was violated, where one was.
    package let constraint: String?

    package init(code: String, message: String, constraint: String? = nil) {
        self.code = code
        self.message = message
        self.constraint = constraint
    }

    package var isUniqueViolation: Bool { code == "23505" }
    package var isForeignKeyViolation: Bool { code == "23503" }
    package var isCheckViolation: Bool { code == "23514" }
    /// A row lock was not had within `lock_timeout`, or not at once with `NOWAIT`.
    package var isLockTimeout: Bool { code == "55P03" }
    /// `statement_timeout` passed, or the statement was cancelled.
    package var isCancelled: Bool { code == "57014" }
    /// The transaction lost against a rival and may be tried again from its start.
    package var isRetryable: Bool { code == "40001" || code == "40P01" }
}

extension ServerError: CustomStringConvertible {
    package var description: String { "\(message) (SQLSTATE \(code))" }
}
