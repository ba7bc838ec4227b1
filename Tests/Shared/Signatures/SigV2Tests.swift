import Cryptography
import Testing

@testable import Signatures

@Suite("SigV2")
struct SigV2Tests {
    static let signed = RequestHead(
        method: "GET", target: "/photos/puppy.jpg",
        fields: [
            ("Host", "awsexamplebucket1.us-west-1.s3.amazonaws.com"), ("Date", "Tue, 27 Mar 2007 19:36:42 +0000"),
            ("Authorization", "AWS AKIAIOSFODNN7EXAMPLE:qgk2+6Sv9/oM7G3qLEjTH1a1l1g="),
        ])

    @Test("gives the string to sign and signature of Amazon's documentation")
    func documentation() throws {
        let claim = try #require(try RequestAuthentication(Self.signed, virtualBucket: "awsexamplebucket1").v2)
        #expect(claim.accessKeyID == Example.accessKeyID)
        #expect(
            String(decoding: claim.stringToSign, as: UTF8.self)
                == "GET\n\n\nTue, 27 Mar 2007 19:36:42 +0000\n/awsexamplebucket1/photos/puppy.jpg")
        #expect(SigV2Claim.verify(stringToSign: claim.stringToSign, signature: claim.signature, secret: Example.secret))
        #expect(!SigV2Claim.verify(stringToSign: claim.stringToSign, signature: claim.signature, secret: "another"))
    }

    /// An example of Amazon's documentation (Signing and authenticating REST requests).
    struct Documented: CustomTestStringConvertible, Sendable {
        let rule: String
        let method: String
        let target: String
        var bucket: String?
        let date: String
        var fields: [String] = []
        let signature: String

        var testDescription: String { rule }

        var head: RequestHead {
            let fields = fields.map { field -> RequestHead.Field in
                let parts = field.split(separator: ":", maxSplits: 1)
                return (String(parts[0]), String(parts[1]))
            }
            return RequestHead(
                method: method, target: target,
                fields: [("Date", date), ("Authorization", "AWS \(Example.accessKeyID):\(signature)")] + fields)
        }
    }

    @Test(
        "accepts the requests of Amazon's documentation",
        arguments: [
            Documented(
                rule: "a put of a virtual-host bucket", method: "PUT", target: "/photos/puppy.jpg",
                bucket: "awsexamplebucket1", date: "Tue, 27 Mar 2007 21:15:45 +0000",
                fields: ["Content-Type:image/jpeg", "Content-Length:94328"],
                signature: "iqRzw+ileNPu1fhspnRs8nOjjIA="),
            Documented(
                rule: "a list: its parameters are not signed", method: "GET",
                target: "/?prefix=photos&max-keys=50&marker=puppy", bucket: "awsexamplebucket1",
                date: "Tue, 27 Mar 2007 19:42:41 +0000", fields: ["User-Agent:Mozilla/5.0"],
                signature: "m0WP8eCtspQl5Ahe6L1SozdX9YA="),
            Documented(
                rule: "a sub-resource, which is signed", method: "GET", target: "/?acl", bucket: "awsexamplebucket1",
                date: "Tue, 27 Mar 2007 19:44:46 +0000", signature: "82ZHiFIjc+WbcwFKGUVEQspPn+0="),
            Documented(
                rule: "a deletion in path style", method: "DELETE", target: "/awsexamplebucket1/photos/puppy.jpg",
                date: "Tue, 27 Mar 2007 21:20:26 +0000", fields: ["User-Agent:dotnet"],
                signature: "XbyTlbQdu9Xw5o8P4iMwPktxQd8="),
            Documented(
                rule: "an upload with digest, type and metadata, by a host that is the bucket", method: "PUT",
                target: "/db-backup.dat.gz", bucket: "static.johnsmith.net", date: "Tue, 27 Mar 2007 21:06:08 +0000",
                fields: [
                    "User-Agent:curl/7.15.5", "x-amz-acl:public-read", "content-type:application/x-download",
                    "Content-MD5:4gJE4saaMU4BqNR0kLY+lw==", "X-Amz-Meta-ReviewedBy:joe@johnsmith.net",
                    "X-Amz-Meta-ReviewedBy:jane@johnsmith.net", "X-Amz-Meta-FileChecksum:0x02661779",
                    "X-Amz-Meta-ChecksumAlgorithm:crc32",
                    "Content-Disposition:attachment; filename=database.dat", "Content-Encoding:gzip",
                    "Content-Length:5913339",
                ], signature: "ilyl83RwaSoYIEdixDQcA4OnAnc="),
            Documented(
                rule: "the list of buckets", method: "GET", target: "/", date: "Wed, 28 Mar 2007 01:29:59 +0000",
                signature: "qGdzdERIC03wnaRNKh6OqZehG9s="),
            Documented(
                rule: "a key's escapes stay as they are", method: "GET",
                target: "/dictionary/fran%C3%A7ais/pr%c3%a9f%c3%a8re", date: "Wed, 28 Mar 2007 01:49:49 +0000",
                signature: "DNEZGsoieTZ92F3bUfSPQcbGmlM="),
        ])
    func documented(example: Documented) throws {
        let claim = try #require(try RequestAuthentication(example.head, virtualBucket: example.bucket).v2)
        #expect(
            SigV2Claim.verify(stringToSign: claim.stringToSign, signature: claim.signature, secret: Example.secret),
            "\(String(decoding: claim.stringToSign, as: UTF8.self))")
    }

    @Test(
        "accepts the presigned requests of Amazon's documentation",
        arguments: [
            (Example.accessKeyID, Example.secret, "NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D"),
            ("0PN5J17HBGZHT7JJ3X82", "uV3F3YluFJax1cknvbcGwgjvx4QpvB+leU8dUj2o", "rucSbH0yNEcP9oM2XNlouVI3BH4%3D"),
        ])
    func documentedPresigned(key: String, secret: String, signature: String) throws {
        let head = RequestHead(
            method: "GET",
            target: "/photos/puppy.jpg?AWSAccessKeyId=\(key)&Signature=\(signature)&Expires=1175139620",
            fields: [("Host", "johnsmith.s3.amazonaws.com"), ("Date", "Mon, 26 Mar 2007 19:37:58 +0000")])
        let claim = try #require(try RequestAuthentication(head, virtualBucket: "johnsmith").v2)
        #expect(SigV2Claim.verify(stringToSign: claim.stringToSign, signature: claim.signature, secret: secret))
        #expect(claim.accessKeyID == key)
        #expect(claim.expires == 1_175_139_620)
    }

    @Test("takes parameters of a presigned query for the headers that their presigner moved there")
    func hoisted() throws {
        let head = RequestHead(
            method: "PUT",
            target: "/b/a?x-amz-meta-k=v%20w&content-type=text%2Fplain&AWSAccessKeyId=a"
                + "&Signature=qgk2%2B6Sv9/oM7G3qLEjTH1a1l1g%3D&Expires=1000", fields: [("x-amz-acl", "private")])
        let claim = try #require(try RequestAuthentication(head).v2)
        #expect(
            String(decoding: claim.stringToSign, as: UTF8.self)
                == "PUT\n\ntext/plain\n1000\nx-amz-acl:private\nx-amz-meta-k:v w\n/b/a")
    }

    @Test("accepts what botocore signs", arguments: BotocoreVector.all.filter { $0.name.hasPrefix("v2") })
    func botocore(vector: BotocoreVector) throws {
        let claim = try #require(try RequestAuthentication(vector.head).v2)
        try claim.check(now: BotocoreVector.time)
        #expect(
            SigV2Claim.verify(stringToSign: claim.stringToSign, signature: claim.signature, secret: Example.secret),
            "\(String(decoding: claim.stringToSign, as: UTF8.self))")
    }

    @Test("covers sorted x-amz headers, named parameters only, and leaves the date out when x-amz-date is there")
    func stringToSign() throws {
        let head = RequestHead(
            method: "PUT", target: "/b/a%20b?uploadId=a%2Bb&foo=bar&acl&partNumber=2",
            fields: [
                ("Content-MD5", "md5"), ("content-type", "text/plain"), ("Date", "ignored"),
                ("X-Amz-Meta-B", " two  blanks "), ("x-amz-meta-a", "1"), ("X-AMZ-META-A", "2"),
                ("x-amz-date", "Tue, 27 Mar 2007 21:20:26 +0000"),
                ("Authorization", "AWS a:qgk2+6Sv9/oM7G3qLEjTH1a1l1g="),
            ])
        let claim = try #require(try RequestAuthentication(head).v2)
        #expect(
            String(decoding: claim.stringToSign, as: UTF8.self) == """
                PUT
                md5
                text/plain

                x-amz-date:Tue, 27 Mar 2007 21:20:26 +0000
                x-amz-meta-a:1,2
                x-amz-meta-b:two  blanks
                /b/a%20b?acl&partNumber=2&uploadId=a+b
                """)
    }

    @Test("has a chunked payload where it says so, though it has no header for it")
    func chunked() throws {
        let chunked = Self.signed.with("Content-Encoding", "gzip,aws-chunked")
        #expect(try RequestAuthentication(chunked).v2?.payload == .unsigned)
        let trailed = chunked.with("x-amz-trailer", "x-amz-checksum-crc32")
        #expect(try RequestAuthentication(trailed).v2?.payload == .streamingUnsignedTrailer)
    }

    @Test(
        "signs a path that names only a bucket with a slash behind it, or as it is sent",
        arguments: [
            ("/b", nil, "/b/"), ("/b/", nil, "/b/"), ("/b/?acl=&foo=", nil, "/b/?acl"), ("/", nil, "/"), ("", nil, "/"),
            ("/b?acl", nil, "/b/?acl"),
            ("/", "v", "/v/"), ("", "v", "/v/"), ("/key", "v", "/v/key"), ("/b/key", nil, "/b/key"),
        ] as [(String, String?, String)])
    func resource(target: String, bucket: String?, expected: String) throws {
        let claim = try #require(try RequestAuthentication(Self.signed.with(target: target), virtualBucket: bucket).v2)
        #expect(String(decoding: claim.stringToSign, as: UTF8.self).hasSuffix("\n" + expected))
        let isBucketOnly = bucket == nil && (target == "/b" || target == "/b?acl")
        #expect(
            claim.otherStringToSign.map { String(decoding: $0, as: UTF8.self).hasSuffix("\n" + target) }
                == (isBucketOnly ? true : nil))
    }

    @Test(
        "refuses what is not well-formed",
        arguments: [
            (signed.with("Authorization", "AWS AKIA"), "AuthorizationHeaderMalformed"),
            (signed.with("Authorization", "AWS :qgk2+6Sv9/oM7G3qLEjTH1a1l1g="), "AuthorizationHeaderMalformed"),
            (signed.with("Authorization", "AWS AKIA:abc"), "SignatureDoesNotMatch"),
            (signed.with("Authorization", "AWS AKIA:"), "SignatureDoesNotMatch"),
            (signed.with("Date", nil), "AccessDenied"), (signed.with("Date", "yesterday"), "AccessDenied"),
            (signed.with("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"), "InvalidArgument"),
            (
                signed.with("Authorization", nil).with(target: "/a?AWSAccessKeyId=a&Expires=1"),
                "AuthorizationQueryParametersError"
            ),
            (
                signed.with("Authorization", nil).with(
                    target: "/a?AWSAccessKeyId=a&Signature=qgk2%2B6Sv9/oM7G3qLEjTH1a1l1g%3D&Expires=soon"),
                "AuthorizationQueryParametersError"
            ),
        ])
    func refused(head: RequestHead, code: String) {
        let error = #expect(throws: SignatureError.self) { try RequestAuthentication(head) }
        #expect(error?.code == code)
    }

    @Test("refuses a request more than 15 minutes off, and a presigned one after its end")
    func times() throws {
        let claim = try #require(try RequestAuthentication(Self.signed).v2)
        let time = try #require(SigningTime(stamp: "20070327T193642Z"))
        try claim.check(now: time.adding(seconds: 900))
        #expect(throws: SignatureError.requestTimeTooSkewed) { try claim.check(now: time.adding(seconds: 901)) }
        #expect(throws: SignatureError.requestTimeTooSkewed) { try claim.check(now: time.adding(seconds: -901)) }
        let head = RequestHead(
            method: "GET", target: "/a?AWSAccessKeyId=a&Signature=qgk2%2B6Sv9/oM7G3qLEjTH1a1l1g%3D&Expires=1000",
            fields: [])
        let presigned = try #require(try RequestAuthentication(head).v2)
        try presigned.check(now: SigningTime(unixSeconds: 1000))
        #expect(throws: SignatureError.presignedExpired) { try presigned.check(now: SigningTime(unixSeconds: 1001)) }
    }
}
