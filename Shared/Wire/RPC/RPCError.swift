/// An error as it crosses between services: a stable code, what it is about, and a message for people.
package struct RPCError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        /// The request breaks a rule: a name, a reference, a number.
        case invalidArgument
        /// No or wrong credentials of the acting principal.
        case unauthenticated
        /// The principal lacks a permission.
        case permissionDenied
        /// A rule of the repository forbids it to everybody: protected branch, read-only repository, default branch.
        case forbidden
        case notFound
        case alreadyExists
        /// Merge, revert or cherry-pick conflict, or a name taken by another kind.
        case conflict
        /// A condition of the request (`If-None-Match`, `If-Match`) does not hold.
        case preconditionFailed
        /// There is nothing to commit, merge or revert.
        case noChanges
        /// The branch has uncommitted data.
        case dirtyBranch
        /// It was there and is gone for good.
        case gone
        /// A stated limit was reached; try later.
        case resourceExhausted
        case notImplemented
        /// Stored data does not match its hash or form.
        case corrupted
        /// The peer does not know whether a write was carried out; the same operation id may be sent again.
        case outcomeUnknown
        /// The peer, or something it needs, does not answer.
        case unavailable
        case deadlineExceeded
        case `internal`
    }

    package let code: Code
    /// What it is about, where callers must tell: `repository`, `branch`, `tag`, `commit`, `reference`, `object`, `upload`, `part`,
    /// `user`, `credential`, `job`; empty elsewhere.
    package let subject: String
    package let message: String

    package init(_ code: Code, subject: String = "", _ message: String) {
        self.code = code
        self.subject = subject
        self.message = message
    }

    package var description: String { "\(code.rawValue): \(message)" }

    /// Whether the same call may do better later.
    package var mayPass: Bool {
        [.unavailable, .outcomeUnknown, .deadlineExceeded, .resourceExhausted].contains(code)
    }
}
