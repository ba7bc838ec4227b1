import NIOHTTP1

/// What the object that is to be deleted must be.
package enum DeletionCondition: Sendable, Hashable {
    case none
    /// There must be one (`If-Match: *`).
    case exists
    /// The ETag without quotes.
    case ifMatch(String)

    /// - Throws: `NotImplemented` for conditions that S3 does not know on deletions in buckets of this kind.
    package init(_ fields: RequestFields) throws(S3Error) {
        for (name, header) in [
            (RequestFields.Name.ifNoneMatch, "If-None-Match"), (.ifModifiedSince, "If-Modified-Since"),
            (.ifUnmodifiedSince, "If-Unmodified-Since"),
        ] where fields[name] != nil {
            throw .notImplemented(header: header)
        }
        for header in ["x-amz-if-match-last-modified-time", "x-amz-if-match-size"]
        where fields.headers.contains(name: header) {
            throw .notImplemented(header: header)
        }
        guard let header = fields[.ifMatch] else {
            self = .none
            return
        }
        try self.init(etag: header)
    }

    /// - Throws: `NotImplemented` for more than one ETag.
    package init(etag: String) throws(S3Error) {
        let tags = EntityTags(etag)
        if tags.isAny {
            self = .exists
            return
        }
        guard tags.tags.count == 1, let tag = tags.tags.first, !tag.isEmpty else {
            throw .notImplemented(header: "If-Match")
        }
        self = .ifMatch(tag)
    }
}
