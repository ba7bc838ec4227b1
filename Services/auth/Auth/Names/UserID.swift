import Wire

/// The rule for names of users: part of URLs and ARNs, chosen by people.
enum UserID {
    static let maxBytes = 255

    /// - Throws: `invalidArgument` for a name that breaks the rule.
    static func check(_ text: String) throws(RPCError) {
        guard !text.isEmpty, text.utf8.count <= maxBytes else {
            throw RPCError(.invalidArgument, subject: "user", "a user's name has 1 to \(maxBytes) bytes")
        }
        for scalar in text.unicodeScalars where scalar == "%" || scalar == "/" || scalar.properties.isControl {
            throw RPCError(
                .invalidArgument, subject: "user", "a user's name cannot contain '%', '/' or control characters")
        }
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isControl: Bool { generalCategory == .control }
}
