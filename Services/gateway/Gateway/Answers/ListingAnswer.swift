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
                let head = encoding.encoded(group.head)
                for row in group.rows.indices where !group.rows.isCommonPrefix(row) {
                    if isVersions {
                        Self.version(head, group.rows, row, encoding, &writer)
                    } else {
                        Self.object(head, group.rows, row, encoding, showsOwner: showsOwner, &writer)
                    }
                }
            }
            for group in page.groups {
                let head = encoding.encoded(group.head)
                for row in group.rows.indices where group.rows.isCommonPrefix(row) {
                    writer.raw("<CommonPrefixes><Prefix>")
                    writer.plain(head)
                    encoding.write(group.rows.path(row), to: &writer)
                    writer.raw("</Prefix></CommonPrefixes>")
                }
            }
        }
        return writer.bytes
    }

    /// - Parameter head: what stands before the path, encoded.
    private static func object(
        _ head: [UInt8], _ rows: ListRows, _ row: Int, _ encoding: KeyEncoding, showsOwner: Bool,
        _ writer: inout XMLWriter
    ) {
        // Pieces as long as they can be: there may be 1,000 rows.
        writer.raw("<Contents><Key>")
        writer.plain(head)
        encoding.write(rows.path(row), to: &writer)
        writer.raw("</Key><LastModified>")
        Self.content(rows, row, showsOwner: showsOwner, &writer)
        writer.raw("<StorageClass>STANDARD</StorageClass></Contents>")
    }

    private static func version(
        _ head: [UInt8], _ rows: ListRows, _ row: Int, _ encoding: KeyEncoding, _ writer: inout XMLWriter
    ) {
        writer.raw("<Version><Key>")
        writer.plain(head)
        encoding.write(rows.path(row), to: &writer)
        writer.raw("</Key><VersionId>null</VersionId><IsLatest>true</IsLatest><LastModified>")
        Self.content(rows, row, showsOwner: true, &writer)
        writer.raw("<StorageClass>STANDARD</StorageClass></Version>")
    }

    private static func content(_ rows: ListRows, _ row: Int, showsOwner: Bool, _ writer: inout XMLWriter) {
        writer.date(rows.modified(row))
        writer.raw("</LastModified><ETag>&quot;")
        writer.escaped(rows.checksum(row))
        writer.raw("&quot;</ETag>")
        if let attributes = rows.attributes(row), let algorithm = StoredChecksum.algorithm(of: attributes) {
            writer.element("ChecksumAlgorithm", algorithm.rawValue)
            writer.element("ChecksumType", attributes[StoredChecksum.typeAttribute] ?? StoredChecksum.fullObject)
        }
        writer.raw("<Size>")
        writer.number(rows.size(row))
        writer.raw("</Size>")
        if showsOwner { BucketAnswers.owner(&writer) }
    }
}
