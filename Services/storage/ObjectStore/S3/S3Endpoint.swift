import Domain
import Signatures

/// Where an S3 service is, and how a bucket is named to it.
struct S3Endpoint: Sendable, Hashable {
    /// `http` or `https`.
    let scheme: String
    /// The host, with the port unless it is the scheme's own.
    let host: String
    let usesPathStyle: Bool

    /// - Throws: `misconfigured` for anything but `http(s)://host[:port]`.
    init(_ configuration: S3StoreConfiguration) throws(ObjectStoreError) {
        usesPathStyle = configuration.usesPathStyle
        let text = configuration.endpoint ?? "https://s3.\(configuration.region).amazonaws.com"
        guard let separator = text.firstRange(of: "://") else { throw Self.unusable }
        scheme = String(text[..<separator.lowerBound])
        var host = text[separator.upperBound...]
        while host.last == "/" { host.removeLast() }
        let isPlain = host.utf8.allSatisfy {
            $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "@") && $0 != UInt8(ascii: "?")
                && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "%")
        }
        guard scheme == "http" || scheme == "https", !host.isEmpty, isPlain else { throw Self.unusable }
        let ownPort = scheme == "http" ? ":80" : ":443"
        if host.hasSuffix(ownPort) { host.removeLast(ownPort.utf8.count) }
        self.host = String(host)
    }

    private static var unusable: ObjectStoreError {
        ObjectStoreError(.misconfigured, "TARN_STORE_S3_ENDPOINT must be http://host[:port] or https://host[:port]")
    }

    var isEncrypted: Bool { scheme == "https" }

    /// The host to speak to and the request target.
    ///
    /// - Parameters:
    ///   - bucket: `nil` for the service itself.
    ///   - query: names and values, not yet encoded.
    func locate(
        bucket: String?, key: String = "", query: [(name: String, value: String)] = []
    ) -> (host: String, target: String) {
        let path = PercentEncoding.encode(key.utf8, keepingSlash: true)
        var target = "/"
        var host = host
        if let bucket {
            // A certificate for *.host does not cover a dot in the bucket's name.
            if usesPathStyle || (isEncrypted && bucket.utf8.contains(UInt8(ascii: "."))) {
                target += PercentEncoding.encode(bucket.utf8, keepingSlash: false)
                if !path.isEmpty { target += "/" + path }
            } else {
                host = bucket + "." + host
                target += path
            }
        }
        for (index, (name, value)) in query.enumerated() {
            target += index == 0 ? "?" : "&"
            target += PercentEncoding.encode(name.utf8, keepingSlash: false) + "="
            target += PercentEncoding.encode(value.utf8, keepingSlash: false)
        }
        return (host, target)
    }
}
