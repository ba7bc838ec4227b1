import Cryptography
import Testing

@testable import Signatures

@Suite("A signer")
struct RequestSignerTests {
    private let signer = RequestSigner(
        credentials: SigningCredentials(accessKeyID: Example.accessKeyID, secretAccessKey: Example.secret),
        region: "us-east-1")

    @Test("signs the requests of Amazon's documentation as they are signed there")
    func documentation() throws {
        let head = RequestHead(
            method: "GET", target: "/test.txt",
            fields: [("Host", "examplebucket.s3.amazonaws.com"), ("Range", "bytes=0-9"), ("user-agent", "x")])
        let signed = try signer.sign(head, payload: .empty, at: Example.time)
        let authorization = signed.fields.first { $0.name == "authorization" }
        #expect(authorization?.value == Example.getObject.fields.first { $0.name == "Authorization" }?.value)
        let list = RequestHead(
            method: "GET", target: "/?prefix=J&max-keys=2", fields: [("Host", "examplebucket.s3.amazonaws.com")])
        let other = try signer.sign(list, payload: .empty, at: Example.time).fields.first { $0.name == "authorization" }
        #expect(other?.value.hasSuffix("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7") == true)
    }

    @Test("presigns as Amazon's documentation does")
    func presign() throws {
        let head = RequestHead(
            method: "GET", target: "/test.txt", fields: [("Host", "examplebucket.s3.amazonaws.com")])
        #expect(try signer.presign(head, seconds: 86_400, at: Example.time) == Example.presigned.target)
    }

    @Test(
        "and the verifier agree on any path, query and header",
        arguments: [
            "/", "/a b", "/a%20b/%C3%A9?x=1+2&y=%2B&x", "//a/../b/./", "/%25?%25=%25&a-b=1&a=2&a=1", "/a+b?a=~!*'()",
        ])
    func agree(target: String) throws {
        let fields: [RequestHead.Field] = [("Host", "h:1"), ("X-Amz-Meta-Z", " a   b "), ("content-type", "a/b")]
        let head = RequestHead(method: "PUT", target: target, fields: fields)
        for payload in [PayloadMode.unsigned, .empty, .streamingSigned, .streamingUnsignedTrailer] {
            let signed = try signer.sign(head, payload: payload, at: Example.time)
            let sent = RequestHead(method: "PUT", target: target, fields: fields + signed.fields)
            let claim = try #require(try RequestAuthentication(sent).v4)
            #expect(claim.payload == payload)
            try claim.check(now: Example.time, regions: ["us-east-1"])
            try claim.verify(sent, key: Example.key)
        }
        let presigned = RequestHead(
            method: "PUT", target: try signer.presign(head, seconds: 60, at: Example.time), fields: fields)
        let claim = try #require(try RequestAuthentication(presigned).v4)
        #expect(claim.presignedSeconds == 60)
        try claim.verify(presigned, key: Example.key)
    }

    @Test("uses the key of each day, also when the day changes back and forth")
    func days() throws {
        for offset in [0, 86_400, 0, 3600, -86_400] as [Int64] {
            let time = Example.time.adding(seconds: offset)
            let fields: [RequestHead.Field] = [("host", "h")]
            let signed = try signer.sign(
                RequestHead(method: "GET", target: "/", fields: fields), payload: .empty, at: time)
            let sent = RequestHead(method: "GET", target: "/", fields: fields + signed.fields)
            let claim = try #require(try RequestAuthentication(sent).v4)
            #expect(claim.scope.day == time.day)
            try claim.verify(sent, key: DerivedKey(secret: Example.secret, scope: claim.scope))
        }
    }

    @Test("sends the session token along, signed")
    func token() throws {
        let signer = RequestSigner(
            credentials: SigningCredentials(accessKeyID: "A", secretAccessKey: Example.secret, sessionToken: "a/b+c="),
            region: "us-east-1")
        let head = RequestHead(method: "GET", target: "/", fields: [("host", "h")])
        let signed = try signer.sign(head, payload: .empty, at: Example.time)
        #expect(signed.fields.contains { $0.name == "x-amz-security-token" && $0.value == "a/b+c=" })
        let sent = RequestHead(method: "GET", target: "/", fields: head.fields + signed.fields)
        try #require(try RequestAuthentication(sent).v4).verify(sent, key: Example.key)
        #expect(try signer.presign(head, seconds: 1, at: Example.time).contains("X-Amz-Security-Token=a%2Fb%2Bc%3D"))
    }

    @Test("never prints its secret")
    func secret() {
        let credentials = SigningCredentials(accessKeyID: "AKID", secretAccessKey: "hush", sessionToken: "hush")
        var text = "\(credentials) \(String(reflecting: credentials))"
        dump(credentials, to: &text)
        #expect(!text.contains("hush"))
    }

    @Test("derives the key of Amazon's documentation")
    func derive() {
        let scope = CredentialScope(day: "20120215", region: "us-east-1", service: "iam")
        let key = DerivedKey.derive(secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", scope: scope)
        #expect(key.hex == "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d")
    }
}
