/// What a store knows of an object without its bytes.
package struct ObjectInfo: Sendable, Hashable {
    /// In bytes.
    package var size: Int64
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package var modified: Int64
    /// The store's own tag of the content, without quotes; never empty. Only S3's is sometimes the MD5.
    package var etag: String
    package var contentType: String?
    /// As the store names it; `nil` for its usual one.
    package var storageClass: String?

    package init(
        size: Int64, modified: Int64, etag: String, contentType: String? = nil, storageClass: String? = nil
    ) {
        self.size = size
        self.modified = modified
        self.etag = etag
        self.contentType = contentType
        self.storageClass = storageClass
    }

    /// The part of a range that exists.
    ///
    /// - Throws: `invalidRange` where nothing of it does.
    func clip(_ range: Range<Int64>?) throws(ObjectStoreError) -> Range<Int64> {
        guard let range else { return 0..<size }
        guard range.lowerBound >= 0, range.lowerBound < size, !range.isEmpty else {
            throw ObjectStoreError(.invalidRange, "the object has \(size) bytes")
        }
        return range.lowerBound..<min(range.upperBound, size)
    }
}
