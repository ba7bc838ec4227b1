import Curl
import NIOCore

extension ObjectStoreError {
    /// What an S3 store's refusal means.
    ///
    /// - Parameters:
    ///   - body: the answer's body, as far as it was read; empty for a HEAD.
    init(status: Int, body: ByteBuffer, _ action: String) {
        let root = try? XMLElement.parse(body.readableBytesView)
        let error = root?.name == "Error" ? root : root?["Error"]
        self.init(s3Code: error?.text("Code") ?? "", message: error?.text("Message") ?? "", status: status, action)
    }

    init(s3Code: String, message: String, status: Int, _ action: String) {
        let code = Self.code(s3Code) ?? Self.code(status)
        let details = [s3Code, message].filter { !$0.isEmpty }.joined(separator: ": ")
        self.init(code, "\(action): the store answers \(status)" + (details.isEmpty ? "" : " (\(details.prefix(300)))"))
    }

    private static func code(_ s3Code: String) -> Code? {
        switch s3Code {
        case "NoSuchKey", "NoSuchBucket": .notFound
        case "NoSuchUpload": .uploadNotFound
        case "InvalidPart", "InvalidPartOrder", "EntityTooSmall": .invalidPart
        case "InvalidRange": .invalidRange
        case "EntityTooLarge": .tooLarge
        case "QuotaExceeded", "XMinioStorageFull": .full
        case "SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout", "OperationAborted": .unavailable
        case "NotImplemented": .unsupported
        default: nil
        }
    }

    private static func code(_ status: Int) -> Code {
        switch status {
        case 401, 403: .denied
        case 404: .notFound
        case 408, 429, 500, 502...504: .unavailable
        case 413: .tooLarge
        case 416: .invalidRange
        case 501: .unsupported
        case 507: .full
        default: .failed
        }
    }

    init(_ error: CurlError, _ action: String) {
        let code: Code =
            switch error.code {
            case .notConnected, .cut, .overloaded, .shutDown: .unavailable
            case .timedOut: .timedOut
            case .malformed, .tooLarge: .corrupt
            case .bodyFailed: error.cause is CancellationError ? .cancelled : .bodyFailed
            case .bodyLength: .bodyLength
            case .cancelled: .cancelled
            case .untrusted: .misconfigured
            case .invalidRequest, .forbiddenAddress, .failed: .failed
            }
        // What the body's source threw is for the caller, not what it looks like from here.
        self.init(code, "\(action): \(error.message)", cause: error.cause ?? error)
    }

    /// Whether the same call may well succeed a moment later.
    var isTransient: Bool { code == .unavailable || code == .timedOut }
}
