import Signatures

extension QueryItems {
    /// Parameters of a presigned query that are about the signature itself, in lower case.
    private static let signatureParameters: Set<String> = [
        "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires", "x-amz-signedheaders", "x-amz-signature",
        "x-amz-security-token", "x-amz-content-sha256",
    ]

    /// The headers that a presigned query carries instead of the request: S3 takes `x-amz-…` parameters for headers of that
    /// name, and presigners move headers there so that whoever uses the URL need not send them.
    ///
    /// - Throws: `InvalidArgument` for a value that is not UTF-8 or could not stand in a header.
    var presignedHeaders: [(name: String, value: String)] {
        get throws(S3Error) {
            let isVersionTwo = contains("Signature")
            guard isVersionTwo || contains("X-Amz-Signature") else { return [] }
            var headers: [(name: String, value: String)] = []
            for item in items {
                let name = item.name.lowercased()
                guard name.hasPrefix("x-amz-") || isVersionTwo && SigV2Claim.countsAsHeader(name),
                    !Self.signatureParameters.contains(name)
                else { continue }
                guard let value = String(validating: item.value, as: UTF8.self),
                    !item.value.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F })
                else { throw .invalidArgument("\(name) is not valid", name: name) }
                headers.append((name, value))
            }
            return headers
        }
    }
}
