/// What a login token stands for: who logged in, by what, until when.
package struct Session: Sendable, Hashable {
    /// By what somebody logged in; without it the session is over.
    package enum Grant: Sendable, Hashable {
        case accessKey(String)
        /// The password, told from others that the user had.
        case password(generation: String)
        /// The identity of another system, by its id.
        case externalPrincipal(String)
    }

    package let id: String
    package let userID: String
    /// Tells the user from one of the same name before.
    package let incarnation: String
    package let grant: Grant
    /// Seconds since 1970.
    package let expires: Int64

    package init(id: String, userID: String, incarnation: String, grant: Grant, expires: Int64) {
        self.id = id
        self.userID = userID
        self.incarnation = incarnation
        self.grant = grant
        self.expires = expires
    }
}
