extension SigV2Claim {
    /// The query parameters that name what a request acts on and are therefore signed: those that clients sign, as parameters
    /// of later years than theirs are left out by them.
    private static let signedParameters: Set<String> = [
        "accelerate", "acl", "analytics", "cors", "defaultObjectAcl", "delete", "inventory", "lifecycle", "location",
        "logging", "metrics", "notification", "object-lock", "partNumber", "policy", "replication", "requestPayment",
        "response-cache-control", "response-content-disposition", "response-content-encoding",
        "response-content-language", "response-content-type", "response-expires", "restore", "select", "select-type",
        "storageClass", "tagging", "torrent", "uploadId", "uploads", "versionId", "versioning", "versions", "website",
    ]

    /// What a SigV2 signature is computed over.
    ///
    /// - Parameters:
    ///   - date: the `Date` header, empty if `x-amz-date` is there, or the `Expires` of a presigned request.
    ///   - virtualBucket: the bucket where the host names it.
    ///   - hoisted: parameters of a presigned query that count as headers.
    /// - Returns: what to verify, and for a path that names a bucket only and has no slash behind it, what that is without one:
    ///   botocore signs such a path with a slash, rclone as it is sent.
    static func stringToSign(
        _ head: RequestHead, date: String, virtualBucket: String?, hoisted: [RequestHead.Field] = []
    ) throws(SignatureError) -> (string: [UInt8], asSent: [UInt8]?) {
        let head = hoisted.isEmpty ? head : head.adding(hoisted)
        var output: [UInt8] = []
        output.reserveCapacity(512)
        for line in [
            head.method, try head.value("content-md5") ?? "", try head.value("content-type") ?? "", date,
        ] {
            output.append(contentsOf: line.utf8)
            output.append(0x0A)
        }
        appendAmazonHeaders(head, to: &output)
        if let virtualBucket {
            output.append(UInt8(ascii: "/"))
            output.append(contentsOf: virtualBucket.utf8)
        }
        output.append(contentsOf: head.path.utf8)
        let isBucketOnly =
            virtualBucket == nil && !head.path.isEmpty && head.path != "/"
            && !head.path.utf8.dropFirst().contains(UInt8(ascii: "/"))
        var asSent: [UInt8]?
        if isBucketOnly {
            var other = output
            try appendParameters(head.query, to: &other)
            asSent = other
        }
        if head.path.isEmpty || isBucketOnly { output.append(UInt8(ascii: "/")) }
        try appendParameters(head.query, to: &output)
        return (output, asSent)
    }

    private static func appendAmazonHeaders(_ head: RequestHead, to output: inout [UInt8]) {
        var values: [String: [String]] = [:]
        for field in head.fields where ASCIIName.isAmazon(field.name) {
            values[ASCIIName.lowercased(field.name), default: []].append(field.value)
        }
        for (name, values) in values.sorted(by: { $0.key < $1.key }) {
            output.append(contentsOf: name.utf8)
            output.append(UInt8(ascii: ":"))
            for (index, value) in values.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                output.append(contentsOf: trimmed(value).utf8)
            }
            output.append(0x0A)
        }
    }

    /// Without blanks at the ends; those inside stay, other than in SigV4.
    private static func trimmed(_ value: String) -> Substring {
        var value = value.drop { $0 == " " || $0 == "\t" }
        while let last = value.last, last == " " || last == "\t" { value.removeLast() }
        return value
    }

    /// Appends the signed parameters, sorted, with their values decoded.
    private static func appendParameters(_ query: Substring, to output: inout [UInt8]) throws(SignatureError) {
        let pairs = query.split(separator: "&").map {
            $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        }
        let signed = pairs.filter { signedParameters.contains(String($0[0])) }.sorted { $0[0] < $1[0] }
        for (index, pair) in signed.enumerated() {
            output.append(index == 0 ? UInt8(ascii: "?") : UInt8(ascii: "&"))
            output.append(contentsOf: pair[0].utf8)
            // Some clients send an equals sign without a value, and none signs it.
            if pair.count == 2, !pair[1].isEmpty {
                output.append(UInt8(ascii: "="))
                output.append(contentsOf: try PercentEncoding.decode(pair[1], plusIsSpace: false))
            }
        }
    }
}
