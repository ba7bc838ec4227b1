import NIOHTTP1
package import Signatures

/// What a client claims about the whole object when it completes an upload.
package struct CompletionClaim: Sendable, Hashable {
    package let algorithm: ChecksumAlgorithm?
    /// As the header has it: base 64, with the number of parts behind a composite one.
    package let value: String?
    /// `COMPOSITE` or `FULL_OBJECT`.
    package let type: String?
    /// In bytes.
    package let size: Int64?

    /// - Throws: `InvalidRequest` for more than one checksum, or a value that can be none; `InvalidArgument` for a size.
    package init(_ fields: RequestFields) throws(S3Error) {
        var claim: (ChecksumAlgorithm, String)?
        for algorithm in ChecksumAlgorithm.allCases {
            guard let value = fields.headers.first(name: algorithm.headerName) else { continue }
            let digest = value.split(separator: "-", maxSplits: 1).first.map(String.init) ?? ""
            guard claim == nil, UploadChecksum.bytes(digest, algorithm) != nil else {
                throw S3Error(.invalidRequest, "Value for \(algorithm.headerName) header is invalid.")
            }
            claim = (algorithm, value)
        }
        (algorithm, value) = (claim?.0, claim?.1)
        type = fields[.checksumType]
        size = try fields[.objectSize].map { text throws(S3Error) in
            guard let size = Int64(text), size >= 0 else {
                throw .invalidArgument(
                    "The size of an object is a whole number", name: "x-amz-mp-object-size", value: text)
            }
            return size
        }
    }

    package var isEmpty: Bool { algorithm == nil && type == nil && size == nil }

    /// Compares the claim with what the parts come to.
    ///
    /// - Parameter checksum: what the upload was begun with.
    /// - Throws: `BadDigest`; `InvalidRequest` for another algorithm, type or size.
    package func check(_ plan: UploadPlan, _ checksum: UploadChecksum?) throws(S3Error) {
        if let size, size != plan.size {
            throw S3Error(
                .invalidRequest,
                "The provided 'x-amz-mp-object-size' header value \(size) does not match what was computed: \(plan.size)"
            )
        }
        if let type, let checksum, type != checksum.typeName {
            throw S3Error(
                .invalidRequest,
                "The upload was created using the \(checksum.typeName) checksum mode. The complete request must use the "
                    + "same checksum mode.")
        }
        guard let algorithm, let value else { return }
        guard checksum?.algorithm == algorithm else {
            throw S3Error(
                .invalidRequest,
                "Checksum Type mismatch occurred, expected checksum Type: "
                    + "\(checksum?.algorithm.rawValue.lowercased() ?? "null"), actual checksum Type: "
                    + algorithm.rawValue.lowercased())
        }
        let whole = plan.checksumAttributes[algorithm.headerName]
        // The number of parts may be left out.
        guard whole == value || whole?.split(separator: "-").first.map(String.init) == value else {
            throw S3Error(.badDigest, "The \(algorithm.rawValue) you specified did not match the calculated checksum.")
        }
    }
}
