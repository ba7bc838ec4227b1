/// The body of `DeleteObjects`.
package struct DeleteDocument: Sendable, Hashable {
    package struct Object: Sendable, Hashable {
        /// UTF-8 unless the client broke the rule.
        package var key: [UInt8]
        package var versionID: String?
        /// The ETag that the object must have, with or without quotes; `*` for any.
        package var etag: String?
        /// Whether it sets a condition that S3 knows for directory buckets only.
        package var hasOtherCondition = false
    }

    /// The greatest number of objects (S3: DeleteObjects).
    package static let maxObjects = 1_000
    /// The longest document, in bytes: so many keys of the greatest length, each byte written as a reference.
    package static let maxBytes = 8 * 1024 * 1024

    package private(set) var objects: [Object] = []
    /// Whether only errors are to be answered.
    package private(set) var isQuiet = false

    /// - Throws: `MalformedXML`.
    package init(_ bytes: [UInt8]) throws(S3Error) {
        var reader = XMLReader(bytes)
        var objects: [Object] = []
        var isQuiet = false
        try reader.document("Delete") { name, reader throws(S3Error) in
            switch name {
            case "Object":
                guard objects.count < Self.maxObjects else { throw S3Error(.malformedXML) }
                objects.append(try Self.object(&reader))
            case "Quiet": isQuiet = try reader.string().lowercased() == "true"
            default: try reader.skipElement()
            }
        }
        guard !objects.isEmpty else { throw S3Error(.malformedXML) }
        self.objects = objects
        self.isQuiet = isQuiet
    }

    private static func object(_ reader: inout XMLReader) throws(S3Error) -> Object {
        var key: [UInt8]?
        var versionID: String?
        var etag: String?
        var hasOtherCondition = false
        try reader.children { name, reader throws(S3Error) in
            switch name {
            case "Key": key = try reader.content()
            case "VersionId": versionID = try reader.string()
            case "ETag": etag = try reader.string()
            case "LastModifiedTime", "Size":
                hasOtherCondition = true
                try reader.skipElement()
            default: try reader.skipElement()
            }
        }
        guard let key, !key.isEmpty else { throw S3Error(.malformedXML) }
        return Object(key: key, versionID: versionID, etag: etag, hasOtherCondition: hasOtherCondition)
    }
}
