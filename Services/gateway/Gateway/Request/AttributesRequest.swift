package import NIOHTTP1

/// What a client asks of GetObjectAttributes.
package struct AttributesRequest: Sendable, Hashable {
    package enum Name: String, Sendable, CaseIterable {
        case etag = "ETag"
        case checksum = "Checksum"
        case parts = "ObjectParts"
        case storageClass = "StorageClass"
        case size = "ObjectSize"
    }

    /// The greatest number of parts of one answer.
    package static let maxParts = 1_000

    package let names: Set<Name>
    package let maxParts: Int
    /// Only parts behind this number.
    package let partNumberMarker: Int

    /// - Throws: `InvalidArgument`.
    package init(_ headers: HTTPHeaders) throws(S3Error) {
        let header = "x-amz-object-attributes"
        var names: Set<Name> = []
        for value in headers[header] {
            for item in value.split(separator: ",") {
                let text = item.filter { $0 != " " }
                guard let name = Name(rawValue: text) else {
                    throw .invalidArgument("Invalid attribute name specified.", name: header, value: text)
                }
                names.insert(name)
            }
        }
        guard !names.isEmpty else {
            throw S3Error(
                .invalidRequest,
                "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty"
            )
        }
        self.names = names
        maxParts = min(try Self.number("x-amz-max-parts", headers) ?? Self.maxParts, Self.maxParts)
        partNumberMarker = try Self.number("x-amz-part-number-marker", headers) ?? 0
    }

    private static func number(_ name: String, _ headers: HTTPHeaders) throws(S3Error) -> Int? {
        guard let text = headers.first(name: name) else { return nil }
        guard let number = Int32(text), number >= 0 else {
            throw .invalidArgument(
                "Argument \(name) must be an integer between 0 and \(Int32.max)", name: name, value: text)
        }
        return Int(number)
    }
}
