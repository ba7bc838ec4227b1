/// The store's own name of a multipart upload.
package struct UploadID: Sendable, Hashable, CustomStringConvertible {
    package let string: String

    package init(_ string: String) { self.string = string }

    package var description: String { string }
}

/// The receipt of one part: which bytes are meant when the upload is completed.
package struct UploadedPart: Sendable, Hashable {
    /// The greatest number of a part (S3: multipart upload limits).
    package static let maxNumber = 10_000

    /// 1 to `maxNumber`.
    package let number: Int
    /// In bytes.
    package let size: Int64
    /// The store's own name for these bytes (an S3 store's ETag of the part).
    package let receipt: String

    package init(number: Int, size: Int64, receipt: String) {
        self.number = number
        self.size = size
        self.receipt = receipt
    }
}

/// An upload that was begun and has not ended.
package struct PendingUpload: Sendable, Hashable {
    package let address: ObjectAddress
    package let upload: UploadID
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package let begun: Int64

    package init(address: ObjectAddress, upload: UploadID, begun: Int64) {
        self.address = address
        self.upload = upload
        self.begun = begun
    }
}
