package import Wire

extension WriteCondition {
    /// The condition of a write, which index evaluates.
    ///
    /// - Throws: `NotImplemented` for conditions S3 does not know on writes; `InvalidArgument` for more than one ETag.
    package init(_ fields: RequestFields) throws(S3Error) {
        guard fields[.ifModifiedSince] == nil else { throw .notImplemented(header: "If-Modified-Since") }
        guard fields[.ifUnmodifiedSince] == nil else { throw .notImplemented(header: "If-Unmodified-Since") }
        switch (fields[.ifNoneMatch], fields[.ifMatch]) {
        case (nil, nil): self = .none
        case ("*"?, nil): self = .ifAbsent
        case (_?, nil): throw .notImplemented(header: "If-None-Match")
        case (nil, let header?):
            let tags = EntityTags(header)
            guard !tags.isAny, tags.tags.count == 1, let tag = tags.tags.first, !tag.isEmpty else {
                throw .notImplemented(header: "If-Match")
            }
            self = .ifMatch(tag)
        case (_?, _?):
            throw S3Error(.invalidRequest, "If-Match and If-None-Match cannot be used together")
        }
    }
}

extension S3Error {
    /// The same, which tells as AWS does what header's condition did not hold: s3fs takes no other for a file that exists.
    func naming(_ condition: WriteCondition) -> S3Error {
        guard code == .preconditionFailed else { return self }
        switch condition {
        case .ifAbsent: return S3Error(code, message, details: [("Condition", "If-None-Match")])
        case .ifMatch: return S3Error(code, message, details: [("Condition", "If-Match")])
        case .none, .ifUnchanged: return self
        }
    }
}
