/// The sizes of bodies that S3 accepts.
package enum UploadSize {
    /// The largest object or part of one request, in bytes (S3: 5 GiB).
    package static let maxSinglePutBytes: Int64 = 5 * 1024 * 1024 * 1024
    /// The smallest part but the last, in bytes (S3: 5 MiB).
    package static let minPartBytes: Int64 = 5 * 1024 * 1024
    /// The largest object, in bytes (S3: 50 TB, which are so many TiB in its own arithmetic).
    package static let maxObjectBytes: Int64 = 50 * 1024 * 1024 * 1024 * 1024

    /// The length of the content that a request is going to send, before any of it is read.
    ///
    /// - Throws: `MissingContentLength`, `EntityTooLarge`, `InvalidArgument`.
    package static func announced(_ fields: RequestFields) throws(S3Error) -> Int64 {
        let name: RequestFields.Name = fields[.decodedContentLength] == nil ? .contentLength : .decodedContentLength
        guard let text = fields[name] else { throw S3Error(.missingContentLength) }
        guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let bytes = Int64(text)
        else { throw .invalidArgument("\(name.rawValue) must be a whole number", name: name.rawValue, value: text) }
        guard bytes <= maxSinglePutBytes else { throw .entityTooLarge(bytes: bytes, limit: maxSinglePutBytes) }
        return bytes
    }
}

extension S3Error {
    static var copySourceTooLarge: S3Error {
        S3Error(
            .invalidRequest,
            "The specified copy source is larger than the maximum allowable size for a copy source: "
                + "\(UploadSize.maxSinglePutBytes)")
    }

    static func entityTooLarge(bytes: Int64, limit: Int64) -> S3Error {
        S3Error(.entityTooLarge, details: [("ProposedSize", "\(bytes)"), ("MaxSizeAllowed", "\(limit)")])
    }
}
