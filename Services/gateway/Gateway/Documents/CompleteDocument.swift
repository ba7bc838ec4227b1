import Signatures

/// The body of `CompleteMultipartUpload`.
package struct CompleteDocument: Sendable, Hashable {
    package struct Part: Sendable, Hashable {
        package var number: Int
        /// Without quotes.
        package var etag: String
        /// Base 64, by the name of the header that carries it elsewhere.
        package var checksums: [String: String]
    }

    /// The greatest number of a part, and of parts (S3: multipart upload limits).
    package static let maxParts = 10_000
    /// The longest document, in bytes.
    package static let maxBytes = 8 * 1024 * 1024

    /// In ascending order of their numbers.
    package let parts: [Part]

    /// - Throws: `MalformedXML`, `InvalidPartOrder`, `InvalidArgument`.
    package init(_ bytes: [UInt8]) throws(S3Error) {
        var reader = XMLReader(bytes)
        var parts: [Part] = []
        try reader.document("CompleteMultipartUpload") { name, reader throws(S3Error) in
            guard name == "Part" else { return try reader.skipElement() }
            guard parts.count < Self.maxParts else { throw S3Error(.malformedXML) }
            parts.append(try Self.part(&reader))
        }
        guard !parts.isEmpty else { throw S3Error(.malformedXML) }
        guard zip(parts, parts.dropFirst()).allSatisfy({ $0.number < $1.number }) else {
            throw S3Error(.invalidPartOrder)
        }
        self.parts = parts
    }

    private static let checksumNames: [String: String] = Dictionary(
        uniqueKeysWithValues: ChecksumAlgorithm.allCases.map { ("Checksum\($0.rawValue)", $0.headerName) })

    private static func part(_ reader: inout XMLReader) throws(S3Error) -> Part {
        var number: Int?
        var etag: String?
        var checksums: [String: String] = [:]
        try reader.children { name, reader throws(S3Error) in
            switch name {
            case "PartNumber": number = Int(try reader.string().filter { !$0.isWhitespace })
            case "ETag": etag = unquoted(try reader.string())
            default:
                guard let header = checksumNames[name] else { return try reader.skipElement() }
                checksums[header] = try reader.string()
            }
        }
        guard let number, let etag else { throw S3Error(.malformedXML) }
        guard (1...maxParts).contains(number) else {
            throw .invalidArgument(
                "PartNumber must be an integer between 1 and \(maxParts), inclusive", name: "PartNumber",
                value: "\(number)")
        }
        return Part(number: number, etag: etag, checksums: checksums)
    }

    private static func unquoted(_ etag: String) -> String {
        String(etag.filter { $0 != "\"" && !$0.isWhitespace })
    }
}
