import Wire

/// The rule for names of users, groups and policies: part of URLs and ARNs, chosen by people.
enum DirectoryName {
    static let maxBytes = 255

    /// - Parameter kind: what it is the name of, such as `user`.
    /// - Throws: `invalidArgument` for a name that breaks the rule.
    static func check(_ text: String, of kind: String) throws(RPCError) {
        guard !text.isEmpty, text.utf8.count <= maxBytes else {
            throw RPCError(.invalidArgument, subject: kind, "\(kind) name has 1 to \(maxBytes) bytes")
        }
        // HTTP clients take these out of a path before they send it.
        guard text != ".", text != ".." else {
            throw RPCError(.invalidArgument, subject: kind, "\(kind) name cannot be '.' or '..'")
        }
        for scalar in text.unicodeScalars where scalar == "%" || scalar == "/" || scalar.properties.isControl {
            let what = scalar == "%" ? "'%'" : scalar == "/" ? "'/'" : "control characters"
            throw RPCError(.invalidArgument, subject: kind, "\(kind) name cannot contain \(what)")
        }
    }

    /// - Throws: `invalidArgument` for a text that is too long or has control characters.
    static func checkText(_ text: String?, _ what: String, of kind: String, maxBytes: Int) throws(RPCError) {
        guard let text else { return }
        guard text.utf8.count <= maxBytes else {
            throw RPCError(.invalidArgument, subject: kind, "\(what) has at most \(maxBytes) bytes")
        }
        guard !text.unicodeScalars.contains(where: \.properties.isControl) else {
            throw RPCError(.invalidArgument, subject: kind, "\(what) cannot contain control characters")
        }
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isControl: Bool { generalCategory == .control }
}
