@testable import Signatures

/// The key and requests of Amazon's documentation.
enum Example {
    static let accessKeyID = "AKIAIOSFODNN7EXAMPLE"
    static let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    /// 2013-05-24T00:00:00Z.
    static let time = SigningTime(unixSeconds: 1_369_353_600)
    static let scope = CredentialScope(day: "20130524", region: "us-east-1")
    static let key = DerivedKey(secret: secret, scope: scope)
    static let emptySHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    static func authorization(_ signedHeaders: String, _ signature: String) -> RequestHead.Field {
        (
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=\(accessKeyID)/\(scope.text),SignedHeaders=\(signedHeaders),Signature=\(signature)"
        )
    }

    static func head(
        _ method: String, _ target: String, _ fields: [RequestHead.Field], signed: String, signature: String,
        host: String = "examplebucket.s3.amazonaws.com"
    ) -> RequestHead {
        RequestHead(
            method: method, target: target,
            fields: [("Host", host), ("x-amz-date", "20130524T000000Z"), authorization(signed, signature)] + fields)
    }

    static let getObject = head(
        "GET", "/test.txt", [("Range", "bytes=0-9"), ("x-amz-content-sha256", emptySHA256)],
        signed: "host;range;x-amz-content-sha256;x-amz-date",
        signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")

    static let putObject = head(
        "PUT", "/test$file.text",
        [
            ("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ("x-amz-content-sha256", "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"),
        ],
        signed: "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
        signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")

    static let getLifecycle = head(
        "GET", "/?lifecycle", [("x-amz-content-sha256", emptySHA256)], signed: "host;x-amz-content-sha256;x-amz-date",
        signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")

    static let listObjects = head(
        "GET", "/?prefix=J&max-keys=2", [("x-amz-content-sha256", emptySHA256)],
        signed: "host;x-amz-content-sha256;x-amz-date",
        signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")

    static let presigned = RequestHead(
        method: "GET",
        target:
            "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1"
            + "%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
            + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
        fields: [("Host", "examplebucket.s3.amazonaws.com")])

    static let putChunks = head(
        "PUT", "/examplebucket/chunkObject.txt",
        [
            ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"), ("Content-Encoding", "aws-chunked"),
            ("x-amz-decoded-content-length", "66560"), ("Content-Length", "66824"),
        ],
        signed: "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;"
            + "x-amz-storage-class",
        signature: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9", host: "s3.amazonaws.com")

    static let putChunksWithTrailer = head(
        "PUT", "/examplebucket/chunkObject.txt",
        [
            ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
            ("Content-Encoding", "aws-chunked"), ("x-amz-decoded-content-length", "66560"),
            ("x-amz-trailer", "x-amz-checksum-crc32c"),
        ],
        signed:
            "content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;"
            + "x-amz-trailer",
        signature: "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e", host: "s3.amazonaws.com")

    static let content = [UInt8](repeating: UInt8(ascii: "a"), count: 66_560)

    private static func chunk(_ count: Int, _ signature: String) -> [UInt8] {
        let data = String(repeating: "a", count: count) + (count > 0 ? "\r\n" : "")
        return Array("\(String(count, radix: 16));chunk-signature=\(signature)\r\n\(data)".utf8)
    }

    static let chunks =
        chunk(65_536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648")
        + chunk(1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497")
        + chunk(0, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9") + Array("\r\n".utf8)

    static let chunksBeforeTrailer =
        chunk(65_536, "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2")
        + chunk(1024, "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7")
        + chunk(0, "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992")

    static let trailerSignature = "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435"

    static let chunksWithTrailer =
        chunksBeforeTrailer
        + Array("x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:\(trailerSignature)\r\n\r\n".utf8)
}

extension RequestAuthentication {
    var v4: SigV4Claim? {
        if case .v4(let claim) = self { claim } else { nil }
    }

    var v2: SigV2Claim? {
        if case .v2(let claim) = self { claim } else { nil }
    }
}

extension RequestHead {
    /// The same head with a header replaced, added, or, without a value, removed.
    func with(_ name: String, _ value: String?) -> RequestHead {
        var fields = fields.filter { $0.name.lowercased() != name.lowercased() }
        if let value { fields.append((name, value)) }
        return RequestHead(method: method, target: target, fields: fields)
    }

    func with(method: String? = nil, target: String? = nil) -> RequestHead {
        RequestHead(method: method ?? self.method, target: target ?? self.target, fields: fields)
    }

    var target: String { query.isEmpty ? String(path) : "\(path)?\(query)" }
}
