/// One object of one version: what the tree stores for a key.
package struct Entry: Sendable, Hashable {
    package static let defaultContentType = "application/octet-stream"

    package var address: PhysicalAddress
    /// In bytes.
    package var size: Int64
    /// The ETag without quotes: the MD5 in hexadecimal, or `<hex>-<parts>` of a multipart upload.
    package var checksum: String
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package var modified: Int64
    package var contentType: String
    /// User metadata (`x-amz-meta-…`), keys in lower case.
    package var userMetadata: [String: String]
    /// What else S3 keeps with an object, by lower-case header name: `cache-control`, `content-encoding`, `x-amz-checksum-crc32`, ….
    package var attributes: [String: String]

    package init(
        address: PhysicalAddress, size: Int64, checksum: String, modified: Int64,
        contentType: String = Entry.defaultContentType, userMetadata: [String: String] = [:],
        attributes: [String: String] = [:]
    ) {
        self.address = address
        self.size = size
        self.checksum = checksum
        self.modified = modified
        self.contentType = contentType
        self.userMetadata = userMetadata
        self.attributes = attributes
    }

    /// Whether both are the same content to diffs, commits and merges: size, checksum, user metadata, content type and
    /// attributes; neither address nor time.
    package func hasSameIdentity(as other: Entry) -> Bool {
        size == other.size && checksum == other.checksum && contentType == other.contentType
            && userMetadata == other.userMetadata && attributes == other.attributes
    }
}
