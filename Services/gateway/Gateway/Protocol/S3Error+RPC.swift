package import Wire

extension S3Error {
    /// What a client is told when a service refuses or fails.
    ///
    /// An outage is always 503, never "not found".
    package init(_ error: RPCError) {
        switch error.code {
        case .notFound: self = Self.notFound(error)
        case .invalidArgument: self.init(.invalidArgument, error.message)
        case .unauthenticated: self.init(.invalidAccessKeyID)
        case .permissionDenied: self.init(.accessDenied)
        case .forbidden: self.init(.accessDenied, error.message)
        case .preconditionFailed: self.init(.preconditionFailed)
        case .conflict, .alreadyExists, .noChanges, .dirtyBranch: self.init(.operationAborted, error.message)
        case .gone: self.init(.invalidObjectState, error.message)
        case .resourceExhausted: self.init(.slowDown)
        case .notImplemented: self.init(.notImplemented, error.message)
        case .corrupted, .internal: self.init(.internalError)
        case .outcomeUnknown, .unavailable, .deadlineExceeded: self.init(.serviceUnavailable)
        }
    }

    private static func notFound(_ error: RPCError) -> S3Error {
        switch error.subject {
        case "repository": S3Error(.noSuchBucket)
        case "branch": S3Error(.noSuchBucket, "The branch does not exist")
        case "reference", "commit", "tag", "object": S3Error(.noSuchKey)
        case "upload": S3Error(.noSuchUpload)
        case "part": S3Error(.invalidPart)
        case "credential", "user": S3Error(.invalidAccessKeyID)
        // A subject we do not know must not be taken for a missing object.
        default: S3Error(.internalError)
        }
    }
}
