/// The conditions of a read: `If-Match` and its kin (RFC 9110 §13).
package struct Preconditions: Sendable, Hashable {
    package enum Verdict: Sendable, Hashable {
        case proceed
        /// 304.
        case notModified
        /// 412, naming the condition.
        case failed(String)
    }

    package var ifMatch: String?
    package var ifNoneMatch: String?
    /// Seconds since 1970; nil also for a date that cannot be read, which is to be ignored.
    package var ifModifiedSince: Int64?
    package var ifUnmodifiedSince: Int64?

    package init(
        ifMatch: String? = nil, ifNoneMatch: String? = nil, ifModifiedSince: Int64? = nil,
        ifUnmodifiedSince: Int64? = nil
    ) {
        self.ifMatch = ifMatch
        self.ifNoneMatch = ifNoneMatch
        self.ifModifiedSince = ifModifiedSince
        self.ifUnmodifiedSince = ifUnmodifiedSince
    }

    package var isEmpty: Bool {
        ifMatch == nil && ifNoneMatch == nil && ifModifiedSince == nil && ifUnmodifiedSince == nil
    }

    /// - Parameters:
    ///   - etag: the object's, without quotes.
    ///   - modified: milliseconds since 1970.
    package func evaluate(etag: String, modified: Int64) -> Verdict {
        // Dates in headers have no fraction.
        let seconds = modified / 1_000
        if let ifMatch {
            guard EntityTags(ifMatch).match(etag) else { return .failed("If-Match") }
        } else if let ifUnmodifiedSince, seconds > ifUnmodifiedSince {
            return .failed("If-Unmodified-Since")
        }
        if let ifNoneMatch {
            if EntityTags(ifNoneMatch).match(etag) { return .notModified }
        } else if let ifModifiedSince, seconds <= ifModifiedSince {
            return .notModified
        }
        return .proceed
    }
}

/// The value of `If-Match` or `If-None-Match`.
package struct EntityTags: Sendable, Hashable {
    package let isAny: Bool
    /// Without quotes and weakness.
    package let tags: [String]

    package init(_ header: String) {
        isAny = header == "*"
        tags = header.split(separator: ",").map { tag in
            var tag = tag.drop { $0 == " " }
            while tag.last == " " { tag.removeLast() }
            if tag.hasPrefix("W/") { tag = tag.dropFirst(2) }
            if tag.count >= 2, tag.first == "\"", tag.last == "\"" { tag = tag.dropFirst().dropLast() }
            return String(tag)
        }
    }

    package func match(_ etag: String) -> Bool { isAny || tags.contains(etag) }
}
