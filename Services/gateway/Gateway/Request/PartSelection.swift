package import Domain

/// The part that `partNumber` of GetObject and HeadObject asks for.
package struct PartSelection: Sendable, Hashable {
    /// Nil for an object without bytes, which no range can name.
    package let range: Range<Int64>?
    /// How many parts the object has; nil unless it was uploaded in parts.
    package let partCount: Int?

    /// - Throws: `InvalidPartNumber` for a part there is not; `NotImplemented` where it is not known where the parts end.
    package init(_ number: Int, of entry: Entry) throws(S3Error) {
        let range: Range<Int64>
        if let parts = ObjectParts(entry)?.parts {
            partCount = parts.count
            guard let part = parts.first(where: { $0.number == number }) else {
                throw Self.missing(number, parts.count)
            }
            range = part.range
        } else {
            partCount = ObjectParts.count(etag: entry.checksum)
            guard number <= partCount ?? 1 else { throw Self.missing(number, partCount ?? 1) }
            guard partCount ?? 1 == 1 else {
                throw S3Error(.notImplemented, "It is not known where the parts of this object end")
            }
            range = 0..<entry.size
        }
        self.range = range.isEmpty ? nil : range
    }

    private static func missing(_ number: Int, _ count: Int) -> S3Error {
        S3Error(
            .invalidPartNumber,
            details: [("PartNumberRequested", "\(number)"), ("ActualPartCount", "\(count)")])
    }
}

extension QueryItems {
    /// The number of a part that a query must or may name.
    ///
    /// - Throws: `InvalidArgument` for anything but 1 to 10,000.
    func partNumber() throws(S3Error) -> Int? {
        guard let text = try value("partNumber") else { return nil }
        guard let number = Int(text), (1...CompleteDocument.maxParts).contains(number) else {
            throw .invalidArgument(
                "Part number must be an integer between 1 and \(CompleteDocument.maxParts), inclusive",
                name: "partNumber", value: text)
        }
        return number
    }
}
