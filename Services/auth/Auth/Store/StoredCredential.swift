/// An access key as it is kept: its secret is sealed.
package struct StoredCredential: Sendable, Hashable {
    package let accessKeyID: String
    package let userID: String
    package let secret: SealedSecret

    package init(accessKeyID: String, userID: String, secret: SealedSecret) {
        self.accessKeyID = accessKeyID
        self.userID = userID
        self.secret = secret
    }
}
