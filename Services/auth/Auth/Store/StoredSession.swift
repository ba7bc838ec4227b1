package import Cryptography
package import Wire

/// What makes an access key that of a session.
package struct StoredSession: Sendable, Hashable {
    /// Of the token that requests bring along.
    package let tokenDigest: SHA256Digest
    /// By what its maker was known: without it the session is over.
    package let grant: Session.Grant
    /// The login it was made in, with which it ends; nil where its maker showed the access key itself.
    package let loginID: String?
    package let bounds: [SessionBound]

    package init(tokenDigest: SHA256Digest, grant: Session.Grant, loginID: String?, bounds: [SessionBound]) {
        self.tokenDigest = tokenDigest
        self.grant = grant
        self.loginID = loginID
        self.bounds = bounds
    }
}
