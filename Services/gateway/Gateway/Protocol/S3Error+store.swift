package import ObjectStore

extension S3Error {
    /// What a client is told when the object store fails.
    ///
    /// Bytes that index knows of and the store does not are never `NoSuchKey`: a store that lost its disk would look empty, and
    /// clients that mirror would delete their copies.
    package init(_ error: ObjectStoreError) {
        switch error.code {
        case .bodyFailed:
            switch error.cause {
            case let cause as S3Error: self = cause
            default: self.init(.incompleteBody)
            }
        case .bodyLength: self.init(.incompleteBody)
        case .tooLarge: self.init(.entityTooLarge)
        case .invalidRange: self.init(.invalidRange)
        case .uploadNotFound: self.init(.noSuchUpload)
        case .invalidPart: self.init(.invalidPart)
        case .unsupported: self.init(.notImplemented, error.message)
        case .full: self.init(.serviceUnavailable, "The storage is full.")
        case .denied, .unavailable, .timedOut, .cancelled: self.init(.serviceUnavailable)
        case .notFound, .alreadyExists, .invalidAddress, .corrupt, .misconfigured, .failed: self.init(.internalError)
        }
    }
}
