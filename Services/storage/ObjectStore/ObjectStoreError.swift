/// Why a call to an object store failed.
package struct ObjectStoreError: Error, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// No object at the address, or no such bucket.
        case notFound
        /// A put to an address that has an object.
        case alreadyExists
        /// The address or namespace breaks a rule, or is another store's.
        case invalidAddress
        /// No byte of the range exists.
        case invalidRange
        case uploadNotFound
        case invalidPart
        /// The body was longer or shorter than its stated length.
        case bodyLength
        /// The source of the body threw; `cause` is what.
        case bodyFailed
        case tooLarge
        /// The store refuses the credentials or the permission.
        case denied
        /// No space or quota left.
        case full
        /// Not reached, or answers 5xx; may succeed later.
        case unavailable
        case timedOut
        /// What came is not what was stored or announced: a cut answer, or one that breaks the protocol.
        case corrupt
        /// The store cannot do this.
        case unsupported
        /// The configuration cannot work.
        case misconfigured
        case cancelled
        /// Anything else the store said or the system did.
        case failed
    }

    package let code: Code
    /// For people; holds no secret.
    package let message: String
    package let cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String {
        cause.map { "\(code.rawValue): \(message) (\($0))" } ?? "\(code.rawValue): \(message)"
    }
}
