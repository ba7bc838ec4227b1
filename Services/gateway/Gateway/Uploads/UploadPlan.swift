import Cryptography
import Signatures
package import Wire

/// What the completion of an upload comes to, decided from what the client named and what was uploaded.
package struct UploadPlan: Sendable, Hashable {
    /// Of the whole object, without quotes: a digest of the parts' digests, a hyphen, and their number.
    package let etag: String
    /// In bytes.
    package let size: Int64
    /// The attributes that keep the checksum of the whole; empty without one.
    package let checksumAttributes: [String: String]
    /// What keeps the parts with the object; nil where that would be too long.
    package let partsAttribute: String?

    /// - Parameters:
    ///   - named: the parts the client wants joined, in ascending order.
    ///   - uploaded: the parts that are there.
    /// - Throws: `InvalidPart` for one that is not there or is another; `EntityTooSmall`, `EntityTooLarge`.
    package init(
        _ named: [CompleteDocument.Part], uploaded: [UploadPart], checksum: UploadChecksum?
    ) throws(S3Error) {
        let byNumber = Dictionary(uploaded.map { ($0.number, $0) }, uniquingKeysWith: { _, last in last })
        var chosen: [UploadPart] = []
        chosen.reserveCapacity(named.count)
        for name in named {
            guard let part = byNumber[name.number], part.etag == name.etag,
                name.checksums.allSatisfy({ part.checksums[$0.key] == nil || part.checksums[$0.key] == $0.value })
            else {
                throw S3Error(
                    .invalidPart, details: [("PartNumber", "\(name.number)"), ("ETag", name.etag)])
            }
            chosen.append(part)
        }
        try self.init(chosen, checksum: checksum)
    }

    /// - Parameter parts: those to be joined, in order.
    /// - Throws: `EntityTooSmall`, `EntityTooLarge`, `InvalidPart`.
    package init(_ parts: [UploadPart], checksum: UploadChecksum?) throws(S3Error) {
        var digest = MD5()
        var size: Int64 = 0
        for (index, part) in parts.enumerated() {
            guard part.size >= UploadSize.minPartBytes || index == parts.count - 1 else {
                throw S3Error(
                    .entityTooSmall,
                    details: [
                        ("ProposedSize", "\(part.size)"), ("MinSizeAllowed", "\(UploadSize.minPartBytes)"),
                        ("PartNumber", "\(part.number)"), ("ETag", part.etag),
                    ])
            }
            guard let bytes = Hex.decode(part.etag) else { throw S3Error(.invalidPart) }
            digest.update(bytes)
            size += part.size
        }
        guard size <= UploadSize.maxObjectBytes else {
            throw .entityTooLarge(bytes: size, limit: UploadSize.maxObjectBytes)
        }
        etag = "\(digest.finalize().hex)-\(parts.count)"
        self.size = size
        checksumAttributes = Self.checksumAttributes(parts, checksum)
        partsAttribute = ObjectParts.attributeValue(parts, checksum?.algorithm)
    }

    private static func checksumAttributes(_ parts: [UploadPart], _ checksum: UploadChecksum?) -> [String: String] {
        guard let checksum else { return [:] }
        let values = parts.compactMap { part in
            part.checksums[checksum.algorithm.headerName].map { UploadChecksum.Part(size: part.size, checksum: $0) }
        }
        guard values.count == parts.count, let whole = checksum.combine(values) else { return [:] }
        return StoredChecksum.attributes(checksum.algorithm, whole, isComposite: checksum.isComposite)
    }
}
