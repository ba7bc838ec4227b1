import Testing

@testable import Signatures

@Suite("SigV4 refuses")
struct SigV4RefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let rule: String
        let code: String
        let head: RequestHead
        var testDescription: String { rule }
    }

    private static func authorization(_ value: String) -> RequestHead { Example.getObject.with("Authorization", value) }

    private static func replaced(_ text: String, _ other: String) -> RequestHead {
        let value = Example.getObject.fields.first { $0.name == "Authorization" }?.value ?? ""
        return authorization(value.replacing(text, with: other))
    }

    private static func presigned(_ text: String, _ other: String) -> RequestHead {
        Example.presigned.with(target: Example.presigned.target.replacing(text, with: other))
    }

    static let cases: [Case] = [
        Case(rule: "another scheme", code: "InvalidArgument", head: authorization("Bearer abc")),
        Case(
            rule: "an asymmetric signature", code: "InvalidArgument",
            head: replaced("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")),
        Case(rule: "an empty header", code: "InvalidArgument", head: authorization("")),
        Case(
            rule: "header and query at once", code: "InvalidArgument",
            head: Example.getObject.with(target: "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256")),
        Case(
            rule: "header and old query at once", code: "InvalidArgument",
            head: Example.getObject.with(target: "/test.txt?Signature=x")),
        Case(
            rule: "both queries at once", code: "InvalidArgument",
            head: presigned("X-Amz-Expires=86400", "X-Amz-Expires=86400&AWSAccessKeyId=a")),
        Case(
            rule: "two Authorization headers", code: "InvalidArgument",
            head: RequestHead(method: "GET", target: "/", fields: Example.getObject.fields + [("authorization", "x")])),
        Case(rule: "no components", code: "AuthorizationHeaderMalformed", head: authorization("AWS4-HMAC-SHA256 ")),
        Case(rule: "no credential", code: "AuthorizationHeaderMalformed", head: replaced("Credential=", "Kredential=")),
        Case(
            rule: "no signed headers", code: "AuthorizationHeaderMalformed",
            head: replaced("SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,", "")),
        Case(
            rule: "no signature", code: "AuthorizationHeaderMalformed",
            head: replaced(",Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41", "")),
        Case(
            rule: "a component twice", code: "AuthorizationHeaderMalformed",
            head: replaced(",Signature=", ",Signature=00,Signature=")),
        Case(rule: "a credential of four parts", code: "AuthorizationHeaderMalformed", head: replaced("/s3/", "/")),
        Case(
            rule: "a credential of six parts", code: "AuthorizationHeaderMalformed", head: replaced("/s3/", "/s3/s3/")),
        Case(
            rule: "an empty access key id", code: "AuthorizationHeaderMalformed",
            head: replaced("AKIAIOSFODNN7EXAMPLE", "")),
        Case(rule: "another service", code: "AuthorizationHeaderMalformed", head: replaced("/s3/", "/iam/")),
        Case(
            rule: "another terminal", code: "AuthorizationHeaderMalformed",
            head: replaced("aws4_request", "aws5_request")),
        Case(
            rule: "a scope of another day than the date", code: "AuthorizationHeaderMalformed",
            head: replaced("20130524", "20130523")),
        Case(
            rule: "a scope without a day", code: "AuthorizationHeaderMalformed", head: replaced("20130524", "2013052x")),
        Case(
            rule: "more signed headers than the limit", code: "AuthorizationHeaderMalformed",
            head: replaced("host;", "host;" + String(repeating: "a;", count: 128))),
        Case(rule: "a signature that is too short", code: "SignatureDoesNotMatch", head: replaced("bdb41", "bdb4")),
        Case(
            rule: "a signature that is not hexadecimal", code: "SignatureDoesNotMatch", head: replaced("bdb41", "bdb4g")
        ),
        Case(rule: "a host that is not signed", code: "AccessDenied", head: replaced("host;", "")),
        Case(
            rule: "an x-amz header that is not signed", code: "AccessDenied",
            head: Example.getObject.with("X-Amz-Acl", "public-read")),
        Case(rule: "a date that is not signed", code: "AccessDenied", head: replaced(";x-amz-date", "")),
        Case(rule: "no date at all", code: "AccessDenied", head: Example.getObject.with("x-amz-date", nil)),
        Case(
            rule: "a date that is none", code: "AccessDenied",
            head: Example.getObject.with("x-amz-date", "20130532T000000Z")),
        Case(
            rule: "no payload hash", code: "InvalidRequest", head: Example.getObject.with("x-amz-content-sha256", nil)),
        Case(
            rule: "a payload hash that is none", code: "InvalidArgument",
            head: Example.getObject.with("x-amz-content-sha256", "abc")),
        Case(
            rule: "a payload hash in upper case", code: "InvalidArgument",
            head: Example.getObject.with("x-amz-content-sha256", Example.emptySHA256.uppercased())),
        Case(
            rule: "a query with half an escape", code: "InvalidURI",
            head: Example.getObject.with(target: "/test.txt?a=%2")),
        Case(
            rule: "a presigned query without a date", code: "AuthorizationQueryParametersError",
            head: presigned("X-Amz-Date", "X-Amz-Dato")),
        Case(
            rule: "a presigned query without an algorithm", code: "AuthorizationQueryParametersError",
            head: presigned("X-Amz-Algorithm", "X-Amz-Algorithn")),
        Case(
            rule: "a presigned query of another algorithm", code: "AuthorizationQueryParametersError",
            head: presigned("HMAC-SHA256", "HMAC-SHA512")),
        Case(
            rule: "a presigned parameter twice", code: "AuthorizationQueryParametersError",
            head: presigned("X-Amz-Expires=86400", "X-Amz-Expires=86400&X-Amz-Expires=1")),
        Case(
            rule: "a presigned validity beyond a week", code: "AuthorizationQueryParametersError",
            head: presigned("86400", "604801")),
        Case(
            rule: "a negative presigned validity", code: "AuthorizationQueryParametersError",
            head: presigned("86400", "-1")),
        Case(
            rule: "a presigned validity that is no number", code: "AuthorizationQueryParametersError",
            head: presigned("86400", "1e3")),
        Case(
            rule: "a presigned date that is none", code: "AuthorizationQueryParametersError",
            head: presigned("20130524T000000Z", "20130524")),
        Case(
            rule: "a presigned scope of another day", code: "AuthorizationQueryParametersError",
            head: presigned("%2F20130524", "%2F20130525")),
        Case(
            rule: "a presigned query that does not sign the host", code: "AccessDenied",
            head: presigned("SignedHeaders=host", "SignedHeaders=range")),
        Case(
            rule: "a presigned request with an x-amz header that is not signed", code: "AccessDenied",
            head: Example.presigned.with("x-amz-acl", "private")),
        Case(
            rule: "a presigned signature that is none", code: "SignatureDoesNotMatch",
            head: presigned("f604d404", "f604d40")),
    ]

    @Test(arguments: cases)
    func claim(refused: Case) throws {
        let error = #expect(throws: SignatureError.self) { try RequestAuthentication(refused.head) }
        #expect(error?.code == refused.code, "\(refused.rule): \(String(describing: error))")
    }

    @Test("a path with half an escape")
    func path() throws {
        let head = Example.getObject.with(target: "/test%2.txt")
        let claim = try #require(try RequestAuthentication(head).v4)
        #expect(throws: SignatureError.invalidURI) { try claim.verify(head, key: Example.key) }
    }

    @Test("a header signature more than 15 minutes off", arguments: [-901, -900, 0, 900, 901])
    func skew(offset: Int64) throws {
        let claim = try #require(try RequestAuthentication(Example.getObject).v4)
        let now = Example.time.adding(seconds: offset)
        if abs(offset) <= 900 {
            try claim.check(now: now, regions: ["us-east-1"])
        } else {
            #expect(throws: SignatureError.requestTimeTooSkewed) { try claim.check(now: now, regions: ["us-east-1"]) }
        }
    }

    @Test("a presigned request before its time and after its end")
    func expiry() throws {
        let claim = try #require(try RequestAuthentication(Example.presigned).v4)
        let check = { (offset: Int64) in
            try claim.check(now: Example.time.adding(seconds: offset), regions: ["us-east-1"])
        }
        try check(-900)
        try check(86_400)
        #expect(throws: SignatureError.presignedNotYetValid) { try check(-901) }
        #expect(throws: SignatureError.presignedExpired) { try check(86_401) }
    }

    @Test("a region that is not served, naming the one that is")
    func region() throws {
        let claim = try #require(try RequestAuthentication(Example.getObject).v4)
        try claim.check(now: Example.time, regions: ["eu-west-1", "us-east-1"])
        #expect(throws: SignatureError.wrongRegion(given: "us-east-1", expected: "eu-west-1", presigned: false)) {
            try claim.check(now: Example.time, regions: ["eu-west-1"])
        }
    }

    @Test("nothing from a request without any signature")
    func anonymous() throws {
        guard case .anonymous = try RequestAuthentication(RequestHead(method: "GET", target: "/a?b=c", fields: []))
        else {
            Issue.record("an unsigned request is anonymous")
            return
        }
    }
}
