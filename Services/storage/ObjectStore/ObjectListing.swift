package import Domain

/// Which objects to list.
package struct ObjectListRequest: Sendable, Hashable {
    /// The greatest number of rows of one page (S3: MaxKeys).
    package static let maxRows = 1_000

    package let scheme: StorageNamespace.Scheme
    package let bucket: String
    /// Only keys that begin with these bytes, which need not end at a slash.
    package let prefix: String
    /// Only keys (and folders) behind this one, which need not exist; empty for the first page.
    package var after: String
    /// Whether keys with a slash behind the prefix are gathered into one folder each.
    package var byFolder: Bool
    /// 1 to `maxRows`.
    package var rows: Int

    /// What is below a namespace: its prefix, a slash, and `path`.
    package init(
        _ namespace: StorageNamespace, path: String = "", after: String = "", byFolder: Bool = false,
        rows: Int = ObjectListRequest.maxRows
    ) {
        scheme = namespace.scheme
        bucket = namespace.bucket
        prefix = namespace.prefix.isEmpty ? path : namespace.prefix + "/" + path
        self.after = after
        self.byFolder = byFolder
        self.rows = min(max(rows, 1), Self.maxRows)
    }

    /// What is below a URI such as `s3://bucket/some/prefix`, with or without a slash at its end.
    ///
    /// - Throws: `invalidAddress` for an unknown scheme or no bucket.
    package init(
        uri: String, after: String = "", byFolder: Bool = false, rows: Int = ObjectListRequest.maxRows
    ) throws(ObjectStoreError) {
        guard let separator = uri.firstRange(of: "://"),
            let scheme = StorageNamespace.Scheme(rawValue: String(uri[..<separator.lowerBound]))
        else {
            throw ObjectStoreError(.invalidAddress, "an object's address begins with s3:// or local://")
        }
        let path = uri[separator.upperBound...].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        self.scheme = scheme
        bucket = path.first.map(String.init) ?? ""
        try ObjectAddress.checkBucket(bucket, scheme)
        prefix = path.count > 1 ? String(path[1]) : ""
        self.after = after
        self.byFolder = byFolder
        self.rows = min(max(rows, 1), Self.maxRows)
    }
}

/// One object in a list.
package struct ListedObject: Sendable, Hashable {
    /// The whole key in its bucket, the prefix included.
    package let key: String
    package let info: ObjectInfo

    package init(key: String, info: ObjectInfo) {
        self.key = key
        self.info = info
    }
}

/// One page of a list; objects and folders each in byte order.
package struct ObjectPage: Sendable, Hashable {
    package var objects: [ListedObject]
    /// Whole keys up to and with the slash; empty unless asked for.
    package var folders: [String]
    /// What to pass as `after` for the next page; `nil` at the end.
    package var next: String?

    package init(objects: [ListedObject] = [], folders: [String] = [], next: String? = nil) {
        self.objects = objects
        self.folders = folders
        self.next = next
    }
}
