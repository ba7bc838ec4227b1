package import Domain
import Signatures

/// The document that answers GetObjectAttributes.
package enum AttributesAnswer {
    package static func document(_ request: AttributesRequest, _ entry: Entry) -> [UInt8] {
        let algorithm = StoredChecksum.algorithm(of: entry.attributes)
        var writer = XMLWriter()
        writer.root("GetObjectAttributesResponse") { writer in
            // Without quotes, here alone.
            if request.names.contains(.etag) { writer.element("ETag", entry.checksum) }
            if request.names.contains(.checksum), let algorithm, let value = entry.attributes[algorithm.headerName] {
                writer.element("Checksum") { writer in
                    writer.element(algorithm.elementName, value)
                    writer.element(
                        "ChecksumType", entry.attributes[StoredChecksum.typeAttribute] ?? StoredChecksum.fullObject)
                }
            }
            if request.names.contains(.parts), let count = ObjectParts.count(etag: entry.checksum) {
                writer.element("ObjectParts") { writer in
                    Self.parts(request, ObjectParts(entry)?.parts ?? [], count, algorithm, &writer)
                }
            }
            if request.names.contains(.storageClass) { writer.element("StorageClass", "STANDARD") }
            if request.names.contains(.size) { writer.element("ObjectSize", entry.size) }
        }
        return writer.bytes
    }

    /// S3 names the parts only of objects with an additional checksum, and else only how many there are.
    private static func parts(
        _ request: AttributesRequest, _ all: [ObjectParts.Part], _ count: Int, _ algorithm: ChecksumAlgorithm?,
        _ writer: inout XMLWriter
    ) {
        writer.element("PartsCount", Int64(count))
        guard let algorithm, !all.isEmpty else { return }
        let rest = all.drop { $0.number <= request.partNumberMarker }
        let page = rest.prefix(request.maxParts)
        writer.element("PartNumberMarker", Int64(request.partNumberMarker))
        writer.element("NextPartNumberMarker", Int64(page.last?.number ?? request.partNumberMarker))
        writer.element("MaxParts", Int64(request.maxParts))
        writer.element("IsTruncated", page.count < rest.count)
        for part in page {
            writer.element("Part") { writer in
                writer.element("PartNumber", Int64(part.number))
                writer.element("Size", part.size)
                if let checksum = part.checksum { writer.element(algorithm.elementName, checksum) }
            }
        }
    }
}

extension ChecksumAlgorithm {
    /// The element of documents that carries it.
    var elementName: String { "Checksum\(rawValue)" }
}
