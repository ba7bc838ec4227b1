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
            var object = ListedObject(isVersion: isVersions, encoding, showsOwner: showsOwner)
            for group in page.groups {
                let head = encoding.encoded(group.head)
                for row in group.rows.indices where !group.rows.isCommonPrefix(row) {
                    object.write(group.rows, row, head: head, to: &writer)
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
}
