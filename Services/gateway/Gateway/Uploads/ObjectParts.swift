package import Domain
package import Signatures
package import Wire

/// The parts that an object was uploaded in, as its entry keeps them: for reads by part number and GetObjectAttributes.
///
/// Written as `size`, `size*count` for equal ones in a row, and `number:` before a part that does not follow the one before;
/// behind a semicolon their checksums.
package struct ObjectParts: Sendable, Hashable {
    package struct Part: Sendable, Hashable {
        package let number: Int
        /// In bytes.
        package let range: Range<Int64>
        /// Base 64, of the object's algorithm.
        package var checksum: String?

        package var size: Int64 { range.upperBound - range.lowerBound }
    }

    /// The attribute of an entry that keeps them.
    package static let attribute = "x-amz-mp-parts"
    /// The longest list of sizes, and of checksums, that is kept with an object; in bytes. Entries go along with every listing.
    static let maxSizesBytes = 16 * 1024
    static let maxChecksumsBytes = 4 * 1024

    /// In the order of their numbers.
    package let parts: [Part]

    /// What keeps the parts of an upload; nil where they differ so much that it would be too long.
    package static func attributeValue(_ parts: [UploadPart], _ algorithm: ChecksumAlgorithm?) -> String? {
        var text = ""
        var index = 0
        var expected = 1
        while index < parts.count {
            let part = parts[index]
            var count = 1
            while index + count < parts.count, parts[index + count].size == part.size,
                parts[index + count].number == part.number + count
            {
                count += 1
            }
            if !text.isEmpty { text += "," }
            if part.number != expected { text += "\(part.number):" }
            text += count == 1 ? "\(part.size)" : "\(part.size)*\(count)"
            expected = part.number + count
            index += count
        }
        guard text.utf8.count <= maxSizesBytes else { return nil }
        guard let algorithm else { return text }
        let checksums = parts.compactMap { $0.checksums[algorithm.headerName] }
        let joined = checksums.joined(separator: ",")
        guard checksums.count == parts.count, joined.utf8.count <= maxChecksumsBytes else { return text }
        return "\(text);\(joined)"
    }

    /// Nil where nothing, or nothing of use, was kept.
    package init?(_ entry: Entry) {
        guard let value = entry.attributes[Self.attribute] else { return nil }
        let halves = value.split(separator: ";", maxSplits: 1)
        var parts: [Part] = []
        var (number, offset) = (1, Int64(0))
        for item in halves.first?.split(separator: ",") ?? [] {
            var rest = item
            if let colon = rest.firstIndex(of: ":") {
                guard let jump = Int(rest[..<colon]), jump >= number else { return nil }
                number = jump
                rest = rest[rest.index(after: colon)...]
            }
            let factors = rest.split(separator: "*")
            guard let size = factors.first.flatMap({ Int64($0) }), (0...UploadSize.maxSinglePutBytes).contains(size),
                let count = factors.count == 1 ? 1 : Int(factors[1]),
                (1...CompleteDocument.maxParts - parts.count).contains(count)
            else { return nil }
            for _ in 0..<count {
                parts.append(Part(number: number, range: offset..<(offset + size)))
                number += 1
                offset += size
            }
        }
        guard offset == entry.size, !parts.isEmpty else { return nil }
        if halves.count == 2 {
            let checksums = halves[1].split(separator: ",")
            guard checksums.count == parts.count else { return nil }
            for (index, checksum) in checksums.enumerated() { parts[index].checksum = String(checksum) }
        }
        self.parts = parts
    }

    /// How many parts an object has by its ETag; nil for one that was not uploaded in parts.
    package static func count(etag: String) -> Int? {
        guard let hyphen = etag.lastIndex(of: "-") else { return nil }
        return Int(etag[etag.index(after: hyphen)...]).flatMap {
            (1...CompleteDocument.maxParts).contains($0) ? $0 : nil
        }
    }
}
