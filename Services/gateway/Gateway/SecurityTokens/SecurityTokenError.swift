import Wire

/// Why a request of the Security Token Service fails, in that service's terms.
struct SecurityTokenError: Error, Hashable {
    let code: String
    let status: Int
    /// For people; holds no secret.
    let message: String

    init(_ code: String, status: Int = 400, _ message: String) {
        self.code = code
        self.status = status
        self.message = message
    }

    static func validation(_ message: String) -> SecurityTokenError { SecurityTokenError("ValidationError", message) }

    static let notSigned = SecurityTokenError(
        "MissingAuthenticationToken", status: 403, "Request is missing Authentication Token")

    /// What S3 would say, in the names that this service has for it.
    init(_ error: S3Error) {
        switch error.code {
        case .invalidAccessKeyID, .invalidToken:
            self.init("InvalidClientTokenId", status: 403, "The security token included in the request is invalid.")
        case .expiredToken:
            self.init("ExpiredToken", status: 403, "The security token included in the request is expired")
        case .authorizationHeaderMalformed, .missingSecurityHeader, .invalidArgument:
            self.init("IncompleteSignature", error.message)
        case .requestTimeTooSkewed: self.init("SignatureDoesNotMatch", status: 403, error.message)
        case .slowDown: self.init("Throttling", status: 503, error.message)
        case .serviceUnavailable: self.init("ServiceUnavailable", status: 503, error.message)
        case .internalError: self.init("InternalFailure", status: 500, error.message)
        default: self.init(error.code.rawValue, status: error.code.status, error.message)
        }
    }

    /// Why auth makes no session.
    init(_ error: RPCError) {
        switch (error.code, error.subject) {
        case (.invalidArgument, _), (.notFound, "policy"): self = .validation(error.message)
        case (.permissionDenied, "session"):
            self.init("AccessDenied", status: 403, "Sessions cannot make sessions")
        default: self.init(S3Error(error))
        }
    }
}
