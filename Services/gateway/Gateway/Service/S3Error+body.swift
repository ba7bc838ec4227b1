import NIOHTTP1
import ServiceKit

extension S3Error {
    /// What a client is told whose body ended early, if it still listens.
    init(_ error: HTTPStreamError) {
        switch error {
        case .clientGone, .malformedBody: self.init(.incompleteBody)
        case .bodyTooLarge: self.init(.maxMessageLengthExceeded)
        case .bodyTimedOut, .responseTimedOut, .cancelled: self.init(.requestTimeout)
        case .misuse: self.init(.internalError)
        }
    }

    /// The answer to what the HTTP seam refuses by itself.
    init(_ rejection: HTTPRejection) {
        switch rejection.status.code {
        case 414: self.init(.invalidURI, rejection.reason)
        case 431: self.init(.requestHeaderSectionTooLarge)
        case 408: self.init(.requestTimeout)
        case 501: self.init(.notImplemented, rejection.reason)
        case 503: self.init(.slowDown)
        case 505: self.init(.badRequest, rejection.reason)
        case 500...: self.init(.internalError)
        default: self.init(.badRequest, rejection.reason)
        }
    }
}
