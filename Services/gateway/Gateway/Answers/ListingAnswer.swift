import Domain
import Signatures
import Wire

/// The documents that answer ListObjects, ListObjectsV2 and ListObjectVersions.
package enum ListingAnswer {
    package static func document(_ request: ListingRequest, bucket: String, _ page: ListingPage) -> [UInt8] {
        var writer = XMLWriter(reservingBytes: 512 + page.count * 320)
        let encoding = request.encoding
        var isVersions = false
        if case .versions = request.version { isVersions = true }
        writer.root(isVersions ? "ListVersionsResult" : "ListBucketResult") { writer in
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
            case .versions(let keyMarker, let versionMarker):
                writer.element("KeyMarker", keyMarker.utf8, encoding)
                writer.element("VersionIdMarker", versionMarker ?? "")
                if let next = page.next {
                    writer.element("NextKeyMarker", next, encoding)
                    writer.element("NextVersionIdMarker", ListingRequest.onlyVersion)
                }
            }
            writer.element("MaxKeys", Int64(request.rows))
            if !request.delimiter.isEmpty { writer.element("Delimiter", request.delimiter.utf8, encoding) }
            if encoding == .url { writer.element("EncodingType", "url") }
            writer.element("IsTruncated", page.next != nil)
            for group in page.groups {
                for row in group.rows {
                    guard let entry = row.entry else { continue }
                    if isVersions {
                        Self.version(group.head, row.path, entry, encoding, &writer)
                    } else {
                        Self.object(group.head, row.path, entry, encoding, showsOwner: showsOwner, &writer)
                    }
                }
            }
            for group in page.groups {
                for row in group.rows where row.entry == nil {
                    writer.raw("<CommonPrefixes><Prefix>")
                    encoding.write(group.head, to: &writer)
                    encoding.write(row.path, to: &writer)
                    writer.raw("</Prefix></CommonPrefixes>")
                }
            }
        }
        return writer.bytes
    }

    private static func object(
        _ head: [UInt8], _ path: [UInt8], _ entry: Entry, _ encoding: KeyEncoding, showsOwner: Bool,
        _ writer: inout XMLWriter
    ) {
        // Pieces as long as they can be: there may be 1,000 rows.
        writer.raw("<Contents><Key>")
        encoding.write(head, to: &writer)
        encoding.write(path, to: &writer)
        writer.raw("</Key><LastModified>")
        Self.content(entry, showsOwner: showsOwner, &writer)
        writer.raw("<StorageClass>STANDARD</StorageClass></Contents>")
    }

    private static func version(
        _ head: [UInt8], _ path: [UInt8], _ entry: Entry, _ encoding: KeyEncoding, _ writer: inout XMLWriter
    ) {
        writer.raw("<Version><Key>")
        encoding.write(head, to: &writer)
        encoding.write(path, to: &writer)
        writer.raw("</Key><VersionId>null</VersionId><IsLatest>true</IsLatest><LastModified>")
        Self.content(entry, showsOwner: true, &writer)
        writer.raw("<StorageClass>STANDARD</StorageClass></Version>")
    }

    @inline(__always)
    private static func content(_ entry: Entry, showsOwner: Bool, _ writer: inout XMLWriter) {
        writer.date(entry.modified)
        writer.raw("</LastModified><ETag>&quot;")
        writer.escaped(entry.checksum.utf8)
        writer.raw("&quot;</ETag>")
        if !entry.attributes.isEmpty, let algorithm = StoredChecksum.algorithm(of: entry.attributes) {
            writer.element("ChecksumAlgorithm", algorithm.rawValue)
            writer.element("ChecksumType", entry.attributes[StoredChecksum.typeAttribute] ?? StoredChecksum.fullObject)
        }
        writer.raw("<Size>")
        writer.number(entry.size)
        writer.raw("</Size>")
        if showsOwner { BucketAnswers.owner(&writer) }
    }
}
