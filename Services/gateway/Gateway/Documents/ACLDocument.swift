/// The body of `PutBucketAcl` and `PutObjectAcl`.
struct ACLDocument: Sendable, Hashable {
    /// The longest document, in bytes: S3 takes 100 grants.
    static let maxBytes = 64 * 1024

    /// Whether all that is granted is everything to the owner.
    private(set) var isOwnersOnly = true

    /// - Throws: `MalformedXML`.
    init(_ bytes: [UInt8]) throws(S3Error) {
        var reader = XMLReader(bytes)
        var isOwnersOnly = true
        try reader.document("AccessControlPolicy") { name, reader throws(S3Error) in
            guard name == "AccessControlList" else { return try reader.skipElement() }
            try reader.children { name, reader throws(S3Error) in
                guard name == "Grant" else { return try reader.skipElement() }
                if try !Self.isOwners(&reader) { isOwnersOnly = false }
            }
        }
        self.isOwnersOnly = isOwnersOnly
    }

    private static func isOwners(_ reader: inout XMLReader) throws(S3Error) -> Bool {
        var (grantee, permission) = ("", "")
        try reader.children { name, reader throws(S3Error) in
            switch name {
            case "Grantee":
                try reader.children { name, reader throws(S3Error) in
                    if name == "ID" { grantee = try reader.string() } else { try reader.skipElement() }
                }
            case "Permission": permission = try reader.string()
            default: try reader.skipElement()
            }
        }
        return grantee == "\(BucketAnswers.ownerID)" && permission == "FULL_CONTROL"
    }
}
