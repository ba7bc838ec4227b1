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

    @Test(
        "signs a path that names only a bucket with a slash behind it",
        arguments: [
            ("/b", nil, "/b/"), ("/b/", nil, "/b/"), ("/", nil, "/"), ("", nil, "/"), ("/b?acl", nil, "/b/?acl"),
            ("/", "v", "/v/"), ("", "v", "/v/"), ("/key", "v", "/v/key"), ("/b/key", nil, "/b/key"),
        ] as [(String, String?, String)])
    func resource(target: String, bucket: String?, expected: String) throws {
        let claim = try #require(try RequestAuthentication(Self.signed.with(target: target), virtualBucket: bucket).v2)
        #expect(String(decoding: claim.stringToSign, as: UTF8.self).hasSuffix("\n" + expected))
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
