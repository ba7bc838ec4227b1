import Domain

/// What a client says about an object beside its bytes.
package struct ObjectMetadata: Sendable, Hashable {
    /// The greatest sum of the names and values of user metadata, in bytes (S3: object metadata).
    package static let maxUserMetadataBytes = 2_048
    /// Classes of storage that S3 knows; here all are one.
    private static let storageClasses: Set<String> = [
        "STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE",
        "GLACIER_IR", "OUTPOSTS", "SNOW", "EXPRESS_ONEZONE", "FSX_OPENZFS", "FSX_ONTAP",
    ]
    private static let userPrefix = Array("x-amz-meta-".utf8)

    package var contentType: String
    /// By lower-case name, without `x-amz-meta-`.
    package var userMetadata: [String: String]
    /// By lower-case header name.
    package var attributes: [String: String]

    package init(
        contentType: String = Entry.defaultContentType, userMetadata: [String: String] = [:],
        attributes: [String: String] = [:]
    ) {
        self.contentType = contentType
        self.userMetadata = userMetadata
        self.attributes = attributes
    }

    /// - Throws: `MetadataTooLarge`, what is wrong with tags; `InvalidStorageClass`; `NotImplemented` for headers that ask for what is not kept or not done here;
    ///   `AccessControlListNotSupported`.
    package init(_ fields: RequestFields) throws(S3Error) {
        try Self.refuseUnsupported(fields)
        contentType = fields[.contentType].flatMap { $0.isEmpty ? nil : $0 } ?? Entry.defaultContentType
        userMetadata = try Self.userMetadata(fields)
        attributes = [:]
        for name in [
            RequestFields.Name.cacheControl, .contentDisposition, .contentLanguage, .expires, .redirectLocation,
        ] {
            if let value = fields[name], !value.isEmpty { attributes[name.rawValue] = value }
        }
        if let header = fields[.tagging] {
            attributes[ObjectTags.attribute] = try ObjectTags(header: header).attributeValue
        }
        if let coding = fields[.contentEncoding].flatMap(Self.withoutChunking) {
            attributes[RequestFields.Name.contentEncoding.rawValue] = coding
        }
    }

    private static func userMetadata(_ fields: RequestFields) throws(S3Error) -> [String: String] {
        var metadata: [String: String] = [:]
        var bytes = 0
        for (name, value) in fields.headers where isUserMetadata(name) {
            let key = name.dropFirst(userPrefix.count).lowercased()
            guard !key.isEmpty else { continue }
            bytes += value.utf8.count
            if let earlier = metadata[key] {
                metadata[key] = earlier + "," + value
            } else {
                bytes += key.utf8.count
                metadata[key] = value
            }
        }
        guard bytes <= maxUserMetadataBytes else {
            throw S3Error(
                .metadataTooLarge,
                details: [("Size", "\(bytes)"), ("MaxSizeAllowed", "\(maxUserMetadataBytes)")])
        }
        return metadata
    }

    private static func isUserMetadata(_ name: String) -> Bool {
        let utf8 = name.utf8
        guard utf8.count > userPrefix.count else { return false }
        for (byte, expected) in zip(utf8, userPrefix)
        where (byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte) != expected {
            return false
        }
        return true
    }

    /// A `Content-Encoding` without the coding that is of the transfer only.
    private static func withoutChunking(_ value: String) -> String? {
        guard value.contains("aws-chunked") else { return value.isEmpty ? nil : value }
        let rest = value.split(separator: ",").map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }.filter { $0.lowercased() != "aws-chunked" }
        return rest.isEmpty ? nil : rest.joined(separator: ",")
    }

    /// Refuses what would otherwise be silently dropped.
    private static func refuseUnsupported(_ fields: RequestFields) throws(S3Error) {
        for name in [
            RequestFields.Name.customerEncryption, .encryption, .legalHold, .lockMode, .lockUntil, .writeOffset,
        ] where fields[name] != nil {
            throw .notImplemented(header: name.rawValue)
        }
        if let storageClass = fields[.storageClass], !storageClasses.contains(storageClass) {
            throw S3Error(.invalidStorageClass, details: [("StorageClassRequested", storageClass)])
        }
        switch fields[.acl] {
        case nil, "private", "bucket-owner-full-control": break
        default: throw S3Error(.accessControlListNotSupported)
        }
    }
}
