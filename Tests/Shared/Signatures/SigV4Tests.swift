import Cryptography
import Testing

@testable import Signatures

@Suite("SigV4")
struct SigV4Tests {
    @Test(
        "accepts the requests of Amazon's documentation",
        arguments: [
            Example.getObject, Example.putObject, Example.getLifecycle, Example.listObjects, Example.presigned,
            Example.putChunks, Example.putChunksWithTrailer,
        ])
    func documentation(head: RequestHead) throws {
        let claim = try #require(try RequestAuthentication(head).v4)
        #expect(claim.accessKeyID == Example.accessKeyID)
        #expect(claim.scope == Example.scope)
        try claim.check(now: Example.time, regions: ["us-east-1"])
        try claim.verify(head, key: Example.key)
    }

    @Test("gives the canonical request of Amazon's documentation")
    func canonical() throws {
        let claim = try #require(try RequestAuthentication(Example.putObject).v4)
        let text = String(decoding: try claim.canonicalRequest(Example.putObject), as: UTF8.self)
        #expect(
            text == """
                PUT
                /test%24file.text

                date:Fri, 24 May 2013 00:00:00 GMT
                host:examplebucket.s3.amazonaws.com
                x-amz-content-sha256:44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072
                x-amz-date:20130524T000000Z
                x-amz-storage-class:REDUCED_REDUNDANCY

                date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class
                44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072
                """)
    }

    @Test("accepts what botocore signs", arguments: BotocoreVector.all.filter { $0.name.hasPrefix("v4") })
    func botocore(vector: BotocoreVector) throws {
        let claim = try #require(try RequestAuthentication(vector.head).v4)
        try claim.check(now: BotocoreVector.time, regions: ["us-east-1"])
        try claim.verify(vector.head, key: DerivedKey(secret: Example.secret, scope: claim.scope))
        #expect(throws: SignatureError.signatureDoesNotMatch) {
            try claim.verify(vector.head, key: DerivedKey(secret: "another", scope: claim.scope))
        }
    }

    @Test(
        "refuses a request when anything signed of it is changed",
        arguments: [
            Example.putObject.with(method: "GET"),
            Example.putObject.with(target: "/test$file.texu"),
            Example.putObject.with(target: "/test$file.text/"),
            Example.putObject.with(target: "//test$file.text"),
            Example.putObject.with(target: "/./test$file.text"),
            Example.putObject.with(target: "/test$file.text?acl"),
            Example.putObject.with("Host", "other.s3.amazonaws.com"),
            Example.putObject.with("Date", "Fri, 24 May 2013 00:00:01 GMT"),
            Example.putObject.with("Date", nil),
            Example.putObject.with("x-amz-storage-class", "STANDARD"),
            Example.putObject.with("x-amz-content-sha256", Example.emptySHA256),
            Example.putObject.with("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
            Example.putObject.with("x-amz-date", "20130524T000001Z"),
        ])
    func altered(head: RequestHead) throws {
        let claim = try #require(try RequestAuthentication(head).v4)
        #expect(throws: SignatureError.signatureDoesNotMatch) { try claim.verify(head, key: Example.key) }
    }

    @Test(
        "takes every spelling of the same path and query as one",
        arguments: [
            Example.putObject.with(target: "/test%24file.text"), Example.putObject.with(target: "/%74est$file%2Etext"),
            Example.listObjects.with(target: "/?max-keys=2&prefix=J"),
            Example.listObjects.with(target: "/?max%2Dkeys=%32&&prefix=%4A"),
            Example.getLifecycle.with(target: "/?lifecycle="),
            Example.putObject.with("x-amz-storage-class", "  REDUCED_REDUNDANCY "),
            Example.putObject.with("Date", "Fri,  24 May\t 2013 00:00:00 GMT"),
        ])
    func spellings(head: RequestHead) throws {
        let claim = try #require(try RequestAuthentication(head).v4)
        try claim.verify(head, key: Example.key)
    }

    @Test("joins a repeated signed header with commas, in order")
    func repeated() throws {
        let signer = RequestSigner(
            credentials: SigningCredentials(accessKeyID: "AKID", secretAccessKey: Example.secret), region: "us-east-1")
        let joined = RequestHead(method: "GET", target: "/a", fields: [("host", "h"), ("x-amz-meta-a", "1,2  3")])
        let signed = try signer.sign(joined, payload: .unsigned, at: Example.time)
        func verify(_ values: [String]) throws {
            let fields = [("Host", "h")] + values.map { ("X-Amz-Meta-A", $0) } + signed.fields
            let head = RequestHead(method: "GET", target: "/a", fields: fields)
            let claim = try #require(try RequestAuthentication(head).v4)
            try claim.verify(head, key: Example.key)
        }
        try verify(["1", " 2 3 "])
        #expect(throws: SignatureError.signatureDoesNotMatch) { try verify(["2 3", "1"]) }
        #expect(throws: SignatureError.signatureDoesNotMatch) { try verify(["1"]) }
    }

    @Test(
        "takes the components of the header in any order and with or without blanks",
        arguments: [
            "Signature=SIG, Credential=CRED, SignedHeaders=HEADERS",
            "Credential=CRED,Signature=SIG ,SignedHeaders=HEADERS",
            "  Credential=CRED,   SignedHeaders=HEADERS,   Signature=SIG  ",
        ])
    func order(form: String) throws {
        let value =
            form
            .replacing("CRED", with: "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request")
            .replacing("HEADERS", with: "host;range;x-amz-content-sha256;x-amz-date")
            .replacing("SIG", with: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
        let head = Example.getObject.with("Authorization", "AWS4-HMAC-SHA256 " + value)
        try #require(try RequestAuthentication(head).v4).verify(head, key: Example.key)
    }
}
