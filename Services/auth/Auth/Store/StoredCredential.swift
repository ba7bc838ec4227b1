/// An access key as it is kept: its secret is sealed.
package struct StoredCredential: Sendable, Hashable {
    package let accessKeyID: String
    package let userID: String
    package let secret: SealedSecret
    /// What its owner calls it.
    package let name: String?
    /// Seconds since 1970; nil for never.
    package let expires: Int64?
    /// Nil for a lasting key.
    package let session: StoredSession?

    package init(
        accessKeyID: String, userID: String, secret: SealedSecret, name: String? = nil, expires: Int64? = nil,
        session: StoredSession? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.userID = userID
        self.secret = secret
        self.name = name
        self.expires = expires
        self.session = session
    }
}
