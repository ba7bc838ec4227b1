import Domain
import Signatures
import Wire

/// The documents that answer ListObjects and ListObjectsV2.
package enum ListingAnswer {
    package static func document(_ request: ListingRequest, bucket: String, _ page: ListingPage) -> [UInt8] {
        var writer = XMLWriter(reservingBytes: 512 + page.count * 320)
        let encoding = request.encoding
        writer.root("ListBucketResult") { writer in
            writer.element("Name", bucket)
            writer.element("Prefix", request.prefix.utf8, encoding)
            var showsOwner = true
            switch request.version {
            case .one(let marker):
                writer.element("Marker", marker.utf8, encoding)
                if let next = page.next { writer.element("NextMarker", next, encoding) }
            case .two(let token, let startAfter, let fetchesOwner):
                showsOwner = fetchesOwner
                if let token { writer.element("ContinuationToken", token) }
                if let next = page.next { writer.element("NextContinuationToken", ContinuationToken.encode(next)) }
                if let startAfter { writer.element("StartAfter", startAfter.utf8, encoding) }
                writer.element("KeyCount", Int64(page.count))
            }
            writer.element("MaxKeys", Int64(request.rows))
            if !request.delimiter.isEmpty { writer.element("Delimiter", request.delimiter.utf8, encoding) }
            if encoding == .url { writer.element("EncodingType", "url") }
            writer.element("IsTruncated", page.next != nil)
            for group in page.groups {
                for row in group.rows {
                    if let entry = row.entry {
                        Self.object(group.head, row.path, entry, encoding, showsOwner: showsOwner, &writer)
                    }
                }
            }
            for group in page.groups {
                for row in group.rows where row.entry == nil {
                    writer.start("CommonPrefixes")
                    Self.key("Prefix", group.head, row.path, encoding, &writer)
                    writer.end("CommonPrefixes")
                }
            }
        }
        return writer.bytes
    }

    private static func object(
        _ head: [UInt8], _ path: [UInt8], _ entry: Entry, _ encoding: KeyEncoding, showsOwner: Bool,
        _ writer: inout XMLWriter
    ) {
        writer.start("Contents")
        key("Key", head, path, encoding, &writer)
        writer.date("LastModified", entry.modified)
        writer.etag(entry.checksum)
        if !entry.attributes.isEmpty, let algorithm = StoredChecksum.algorithm(of: entry.attributes) {
            writer.element("ChecksumAlgorithm", algorithm.rawValue)
        }
        writer.element("Size", entry.size)
        if showsOwner { BucketAnswers.owner(&writer) }
        writer.raw("<StorageClass>STANDARD</StorageClass></Contents>")
    }

    private static func key(
        _ name: StaticString, _ head: [UInt8], _ path: [UInt8], _ encoding: KeyEncoding, _ writer: inout XMLWriter
    ) {
        writer.start(name)
        encoding.write(head, to: &writer)
        encoding.write(path, to: &writer)
        writer.end(name)
    }
}
