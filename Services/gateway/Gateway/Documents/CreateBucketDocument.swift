/// The body of `CreateBucket`, which may be empty.
struct CreateBucketDocument: Sendable, Hashable {
    /// The longest document, in bytes.
    static let maxBytes = 64 * 1024

    /// The region that the bucket is to be in; nil for whichever it is.
    private(set) var location: String?

    /// - Throws: `MalformedXML`.
    init(_ bytes: [UInt8]) throws(S3Error) {
        guard !bytes.isEmpty else { return }
        var reader = XMLReader(bytes)
        var location: String?
        try reader.document("CreateBucketConfiguration") { name, reader throws(S3Error) in
            guard name == "LocationConstraint" else { return try reader.skipElement() }
            location = try reader.string()
        }
        self.location = location?.isEmpty == true ? nil : location
    }
}
