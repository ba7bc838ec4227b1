import Wire

/// The rule for passwords: length counts, the kind of characters does not.
enum PasswordRule {
    /// In bytes of UTF-8.
    static let lengths = 10...256

    /// - Throws: `invalidArgument`, without quoting the password.
    static func check(_ password: String, of userID: String) throws(RPCError) {
        guard lengths.contains(password.utf8.count) else {
            throw RPCError(
                .invalidArgument, subject: "password",
                "a password has \(lengths.lowerBound) to \(lengths.upperBound) bytes")
        }
        guard password.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw RPCError(.invalidArgument, subject: "password", "a password cannot contain control characters")
        }
        guard Set(password).count > 2, password.lowercased() != userID.lowercased() else {
            throw RPCError(.invalidArgument, subject: "password", "the password is too easy to guess")
        }
    }
}
