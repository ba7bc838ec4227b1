import JSONCodec

/// On whose behalf a call is made.
package struct Principal: CodableMessage {
    /// The user's id.
    package let userID: String
    /// The access key that signed the request, for the audit; never its secret.
    package let accessKeyID: String?

    package init(userID: String, accessKeyID: String? = nil) {
        self.userID = userID
        self.accessKeyID = accessKeyID
    }
}
