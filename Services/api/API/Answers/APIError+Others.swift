import Domain
import ObjectStore
import ServiceKit
import Wire

extension APIError {
    /// What the client hears of any error of a handler; nil where the client is gone and hears nothing.
    init?(_ error: any Error) {
        switch error {
        case let error as APIError: self = error
        case let error as RPCError: self.init(error)
        case let error as InvalidName: self.init(400, error.description)
        case let error as HTTPStreamError: self.init(error)
        case let error as ObjectStoreError: self.init(error)
        case is CancellationError: return nil
        default: self.init(500, "internal error")
        }
    }

    private init?(_ error: HTTPStreamError) {
        switch error {
        case .clientGone, .cancelled, .responseTimedOut: return nil
        case .malformedBody(let reason): self.init(400, reason)
        case .bodyTooLarge(let limit): self.init(413, "the request body is larger than \(limit) bytes")
        case .bodyTimedOut: self = .bodyTimedOut
        case .misuse: self.init(500, "internal error")
        }
    }

    private init?(_ error: ObjectStoreError) {
        switch error.code {
        case .bodyFailed:
            guard let cause = error.cause else { return nil }
            self.init(cause)
        case .cancelled: return nil
        case .notFound: self.init(410, "the object's data is missing in the store")
        case .bodyLength: self.init(400, "the body's length differs from what was announced")
        case .tooLarge: self.init(413, error.message)
        case .invalidAddress, .invalidPart: self.init(400, error.message)
        case .unsupported: self.init(501, error.message)
        case .full: self.init(507, "the object store is full")
        case .unavailable, .timedOut: self.init(503, "the object store does not answer; try again")
        case .alreadyExists, .invalidRange, .uploadNotFound, .denied, .corrupt, .misconfigured, .failed:
            self.init(500, "the object store failed")
        }
    }
}
