/// What a request is about: the service, a bucket, or an object in one.
package struct S3Resource: Sendable, Hashable {
    /// Not checked; nil for the service.
    package let bucket: String?
    /// Decoded; empty for a bucket.
    package let key: [UInt8]

    package init(bucket: String?, key: [UInt8] = []) {
        self.bucket = bucket
        self.key = key
    }

    /// - Parameters:
    ///   - path: decoded, beginning with a slash.
    ///   - virtualBucket: the bucket where the host names it.
    /// - Throws: `InvalidURI` for a bucket or key that is not UTF-8.
    package init(path: [UInt8], virtualBucket: String?) throws(S3Error) {
        if let virtualBucket {
            try self.init(bucket: virtualBucket, decoded: path[1...])
            return
        }
        let rest = path[1...]
        let slash = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        guard rest.startIndex < rest.endIndex else {
            self.init(bucket: nil)
            return
        }
        guard let bucket = String(validating: rest[..<slash], as: UTF8.self) else { throw S3Error(.invalidURI) }
        try self.init(bucket: bucket, decoded: slash < rest.endIndex ? rest[(slash + 1)...] : [])
    }

    private init(bucket: String, decoded key: ArraySlice<UInt8>) throws(S3Error) {
        guard String(validating: key, as: UTF8.self) != nil else { throw S3Error(.invalidURI) }
        self.init(bucket: bucket, key: Array(key))
    }
}
