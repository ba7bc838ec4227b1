/// How a request says who sends it.
package enum RequestAuthentication: Sendable {
    /// No signature at all.
    case anonymous
    case v4(SigV4Claim)
    case v2(SigV2Claim)

    /// Reads the claim of a request; nothing is verified yet.
    ///
    /// - Parameter virtualBucket: the bucket where the host names it, which SigV2 puts before the path.
    /// - Throws: `SignatureError` for a claim that is not well-formed.
    package init(_ head: RequestHead, virtualBucket: String? = nil) throws(SignatureError) {
        let query = try CanonicalQuery(head.query)
        let authorization = try head.value("authorization")
        let presignedV4 = query.parameters.contains { $0.name == "X-Amz-Algorithm" || $0.name == "X-Amz-Signature" }
        let presignedV2 = query.parameters.contains { $0.name == "Signature" || $0.name == "AWSAccessKeyId" }
        guard (authorization == nil ? 0 : 1) + (presignedV4 ? 1 : 0) + (presignedV2 ? 1 : 0) <= 1 else {
            throw .onlyOneMechanism
        }
        if let authorization {
            if authorization.hasPrefix(SigV4Claim.algorithm + " ") {
                self = .v4(try SigV4Claim(authorization: authorization, head, query))
            } else if authorization.hasPrefix("AWS ") {
                self = .v2(try SigV2Claim(authorization: authorization, head, virtualBucket: virtualBucket))
            } else {
                throw .unsupportedAuthorization
            }
        } else if presignedV4 {
            self = .v4(try SigV4Claim(presigned: query, head))
        } else if presignedV2 {
            self = .v2(try SigV2Claim(presigned: query, head, virtualBucket: virtualBucket))
        } else {
            self = .anonymous
        }
    }
}
