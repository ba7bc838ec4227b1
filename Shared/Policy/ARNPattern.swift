import Glibc

/// What a statement's resource stands for.
struct ARNPattern: Sendable {
    enum Service: UInt8, Sendable {
        case fs, auth
        /// No request is about one.
        case other
    }

    enum Form: Sendable {
        case exact([UInt8])
        case prefix([UInt8])
        /// What all that matches begins with, and the whole pattern.
        case wildcard(prefix: [UInt8], Wildcard)
    }

    /// Nil for everything.
    let service: Service?
    let form: Form

    private init(service: Service?, form: Form) {
        self.service = service
        self.form = form
    }

    /// `*`.
    static let everything = ARNPattern(service: nil, form: .prefix([]))

    /// In some 50 bytes.
    var weight: Int {
        switch form {
        case .exact(let bytes), .prefix(let bytes): 2 + bytes.count / 50
        case .wildcard(let prefix, let wildcard): 2 + prefix.count / 50 + wildcard.weight
        }
    }

    /// - Throws: `InvalidPolicy` for what is neither `*` nor has six parts.
    init(_ text: String, userID: String) throws(InvalidPolicy) {
        guard text != "*" else {
            self = .everything
            return
        }
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", !parts[5].isEmpty else {
            throw InvalidPolicy(
                "resource '\(text.prefix(200))' is neither '*' nor an ARN of the form arn:lakefs:<service>:::<resource>"
            )
        }
        // Requests are about this partition and no account; where they come from is not looked at.
        let isOurs = parts[1] == "lakefs" && parts[4].isEmpty
        service = isOurs ? parts[2] == "fs" ? .fs : parts[2] == "auth" ? .auth : .other : .other
        form = Self.form(Wildcard.tokens(String(parts[5]), variables: ["user": userID]))
    }

    private static func form(_ tokens: [Wildcard.Token]) -> Form {
        var bytes: [UInt8] = []
        for (index, token) in tokens.enumerated() {
            switch token {
            case .byte(let byte): bytes.append(byte)
            case .many where index == tokens.count - 1: return .prefix(bytes)
            case .many, .one: return .wildcard(prefix: bytes, Wildcard(tokens))
            }
        }
        return .exact(bytes)
    }

    // MARK: Matching

    func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        switch form {
        case .exact(let bytes): bytes.count == text.count && text.begins(with: bytes)
        case .prefix(let bytes): text.begins(with: bytes)
        case .wildcard(let prefix, let wildcard): text.begins(with: prefix) && wildcard.matches(text)
        }
    }

    /// Whether all that begins with `text` matches.
    func covers(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        switch form {
        case .exact: false
        case .prefix(let bytes): text.begins(with: bytes)
        case .wildcard(let prefix, let wildcard): text.begins(with: prefix) && wildcard.covers(text)
        }
    }

    /// Whether anything that begins with `text` matches.
    func intersects(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        switch form {
        case .exact(let bytes): bytes.begins(with: text)
        case .prefix(let bytes): bytes.count <= text.count ? text.begins(with: bytes) : bytes.begins(with: text)
        case .wildcard(let prefix, let wildcard):
            (prefix.count <= text.count ? text.begins(with: prefix) : prefix.begins(with: text))
                && wildcard.intersects(text)
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate func begins(with prefix: [UInt8]) -> Bool {
        guard prefix.count <= count, let start = baseAddress else { return prefix.isEmpty }
        return prefix.withUnsafeBufferPointer { prefix in
            guard let other = prefix.baseAddress else { return true }
            return memcmp(start, other, prefix.count) == 0
        }
    }
}

extension [UInt8] {
    fileprivate func begins(with prefix: UnsafeBufferPointer<UInt8>) -> Bool {
        guard prefix.count <= count, let start = prefix.baseAddress else { return prefix.isEmpty }
        return withUnsafeBufferPointer { bytes in
            guard let own = bytes.baseAddress else { return true }
            return memcmp(own, start, prefix.count) == 0
        }
    }
}
