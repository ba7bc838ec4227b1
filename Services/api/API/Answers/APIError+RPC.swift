import Wire

extension APIError {
    /// A failure of index or auth in the words that clients of the protocol look for.
    init(_ error: RPCError) {
        self.init(Self.status(of: error), Self.message(of: error))
    }

    static func status(of error: RPCError) -> Int {
        switch error.code {
        case .invalidArgument, .noChanges, .dirtyBranch: 400
        // 403 is kept for rules that bind everybody.
        case .unauthenticated, .permissionDenied: 401
        case .forbidden: 403
        case .notFound: 404
        case .alreadyExists where error.subject == "namespace": 400
        case .alreadyExists, .conflict: 409
        case .gone: 410
        case .preconditionFailed: 412
        case .resourceExhausted: 429
        case .corrupted, .internal: 500
        case .notImplemented: 501
        case .outcomeUnknown, .unavailable, .deadlineExceeded: 503
        }
    }

    private static func message(of error: RPCError) -> String {
        switch error.code {
        case .notFound: say("not found", error, "\(error.subject.isEmpty ? "resource" : error.subject) not found")
        case .noChanges: say("no changes", error)
        case .dirtyBranch: say("dirty branch", error, "uncommitted changes (dirty branch)")
        case .alreadyExists where error.subject == "namespace":
            say("already in use", error, "failed to create repository: storage namespace already in use")
        case .alreadyExists where error.subject == "repository":
            say("not unique", error, "error creating repository: not unique")
        case .alreadyExists:
            say("already exists", error, "\(error.subject.isEmpty ? "name" : error.subject) already exists")
        case .conflict: say("conflict found", error)
        case .preconditionFailed where error.subject == "protection": say("Precondition failed", error)
        case .preconditionFailed where error.subject == "branch": error.message
        case .preconditionFailed: say("path already exists", error)
        case .unauthenticated: Self.unauthenticated.message
        case .unavailable, .deadlineExceeded: "a service that is needed does not answer; try again"
        case .outcomeUnknown: "it is not known whether the change was made; look before trying again"
        case .internal, .corrupted: "internal error"
        default: error.message
        }
    }

    /// What the service said, behind the words that clients look for unless they are in it.
    private static func say(_ words: String, _ error: RPCError, _ sentence: String? = nil) -> String {
        if error.message.contains(words) { return error.message }
        let sentence = sentence ?? words
        return error.message.isEmpty ? sentence : "\(sentence): \(error.message)"
    }
}
