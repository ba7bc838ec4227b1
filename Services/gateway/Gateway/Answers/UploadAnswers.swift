import Signatures
package import Wire

/// The documents that answer for multipart uploads.
package enum UploadAnswers {
    package static func created(bucket: String, key: [UInt8], uploadID: String) -> [UInt8] {
        var writer = XMLWriter(reservingBytes: 512)
        writer.root("InitiateMultipartUploadResult") { writer in
            writer.element("Bucket", bucket)
            writer.element("Key", utf8: key)
            writer.element("UploadId", uploadID)
        }
        return writer.bytes
    }

    package static func completed(
        location: String, bucket: String, key: [UInt8], etag: String, attributes: [String: String]
    ) -> [UInt8] {
        var writer = XMLWriter(reservingBytes: 512)
        writer.root("CompleteMultipartUploadResult") { writer in
            writer.element("Location", location)
            writer.element("Bucket", bucket)
            writer.element("Key", utf8: key)
            writer.etag(etag)
            if let algorithm = StoredChecksum.algorithm(of: attributes), let value = attributes[algorithm.headerName] {
                writer.element(algorithm.elementName, value)
                writer.element("ChecksumType", attributes[StoredChecksum.typeAttribute] ?? StoredChecksum.fullObject)
            }
        }
        return writer.bytes
    }

    /// What a client asks of ListParts.
    package struct PartsRequest: Sendable, Hashable {
        package var uploadID: String
        package var marker: Int
        package var maxParts: Int

        /// - Throws: `InvalidArgument`.
        package init(_ query: QueryItems) throws(S3Error) {
            uploadID = try query.value("uploadId") ?? ""
            marker = try query.number("part-number-marker") ?? 0
            maxParts = min(try query.number("max-parts") ?? 1_000, 1_000)
        }
    }

    package static func parts(
        _ request: PartsRequest, bucket: String, key: [UInt8], upload: Upload, _ parts: [UploadPart], hasMore: Bool
    ) -> [UInt8] {
        var writer = XMLWriter(reservingBytes: 512 + parts.count * 256)
        writer.root("ListPartsResult") { writer in
            writer.element("Bucket", bucket)
            writer.element("Key", utf8: key)
            writer.element("UploadId", request.uploadID)
            initiator(&writer)
            BucketAnswers.owner(&writer)
            writer.element("StorageClass", "STANDARD")
            writer.element("PartNumberMarker", Int64(request.marker))
            writer.element("NextPartNumberMarker", Int64(parts.last?.number ?? request.marker))
            writer.element("MaxParts", Int64(request.maxParts))
            writer.element("IsTruncated", hasMore)
            if let algorithm = upload.attributes[UploadChecksum.algorithmAttribute] {
                writer.element("ChecksumAlgorithm", algorithm)
                writer.element(
                    "ChecksumType", upload.attributes[StoredChecksum.typeAttribute] ?? StoredChecksum.composite)
            }
            for part in parts {
                writer.element("Part") { writer in
                    writer.element("PartNumber", Int64(part.number))
                    writer.date("LastModified", part.modified)
                    writer.etag(part.etag)
                    writer.element("Size", part.size)
                    for algorithm in ChecksumAlgorithm.allCases {
                        if let value = part.checksums[algorithm.headerName] {
                            writer.element(algorithm.elementName, value)
                        }
                    }
                }
            }
        }
        return writer.bytes
    }

    static func initiator(_ writer: inout XMLWriter) { BucketAnswers.person("Initiator", &writer) }
}
