import Signatures
package import Wire

/// What a client asks of ListMultipartUploads.
package struct UploadsRequest: Sendable, Hashable {
    package let prefix: String
    package let delimiter: String
    package let keyMarker: String
    /// Counts only together with `keyMarker`.
    package let uploadIDMarker: String
    package let maxUploads: Int
    package let encoding: KeyEncoding

    /// - Throws: `InvalidArgument`.
    package init(_ query: QueryItems) throws(S3Error) {
        prefix = try query.value("prefix") ?? ""
        delimiter = try query.value("delimiter") ?? ""
        keyMarker = try query.value("key-marker") ?? ""
        uploadIDMarker = try query.value("upload-id-marker") ?? ""
        maxUploads = min(try query.number("max-uploads") ?? 1_000, 1_000)
        encoding = try KeyEncoding(query)
    }
}

/// A page of uploads by key.
package struct UploadsPage: Sendable, Hashable {
    package struct Row: Sendable, Hashable {
        package var key: [UInt8]
        package var upload: Upload
    }

    /// The last upload of a page.
    package struct Position: Sendable, Hashable {
        package var key: [UInt8]
        /// Empty behind a common prefix.
        package var uploadID: String
    }

    package var rows: [Row] = []
    package var commonPrefixes: [[UInt8]] = []
    /// What to continue behind; nil at the end.
    package var next: Position?
    /// What the last upload or common prefix added was.
    var last: Position?

    package init() {}

    package func document(_ request: UploadsRequest, bucket: String) -> [UInt8] {
        var writer = XMLWriter(reservingBytes: 512 + rows.count * 384)
        let encoding = request.encoding
        writer.root("ListMultipartUploadsResult") { writer in
            writer.element("Bucket", bucket)
            writer.element("KeyMarker", request.keyMarker.utf8, encoding)
            writer.element("UploadIdMarker", request.uploadIDMarker)
            if let next {
                writer.element("NextKeyMarker", next.key, encoding)
                writer.element("NextUploadIdMarker", next.uploadID)
            }
            writer.element("Prefix", request.prefix.utf8, encoding)
            if !request.delimiter.isEmpty { writer.element("Delimiter", request.delimiter.utf8, encoding) }
            if encoding == .url { writer.element("EncodingType", "url") }
            writer.element("MaxUploads", Int64(request.maxUploads))
            writer.element("IsTruncated", next != nil)
            for row in rows {
                writer.element("Upload") { writer in
                    writer.element("Key", row.key, encoding)
                    writer.element("UploadId", row.upload.id)
                    UploadAnswers.initiator(&writer)
                    BucketAnswers.owner(&writer)
                    writer.element("StorageClass", "STANDARD")
                    writer.date("Initiated", row.upload.created)
                    if let checksum = UploadChecksum(attributes: row.upload.attributes) {
                        writer.element("ChecksumAlgorithm", checksum.algorithm.rawValue)
                        writer.element("ChecksumType", checksum.typeName)
                    }
                }
            }
            for prefix in commonPrefixes {
                writer.element("CommonPrefixes") { writer in writer.element("Prefix", prefix, encoding) }
            }
        }
        return writer.bytes
    }
}
