import NIOHTTP1
import Testing
import Wire

@testable import Gateway

@Suite("Ranges and conditions")
struct RangeAndConditionTests {
    @Test(
        "one range is honoured",
        arguments: [
            ("bytes=0-4", 0..<5), ("bytes=5-", 5..<10), ("bytes=-3", 7..<10), ("bytes=-30", 0..<10),
            ("bytes=8-100", 8..<10),
            ("BYTES=0-0", 0..<1), ("bytes= 1 - 2 ", 1..<3),
        ] as [(String, Range<Int64>)])
    func honoured(_ header: String, _ bounds: Range<Int64>) throws {
        #expect(try #require(ByteRange(header)).bounds(size: 10) == bounds)
    }

    @Test(
        "anything else is ignored",
        arguments: [
            "bytes=0-1,3-4", "bytes=5-4", "bytes=", "bytes=-", "bytes=a-b", "items=0-1", "bytes", "", "bytes=0x1-2",
            "bytes=1-2-3", "bytes=+1-2", "bytes=9999999999999999999-",
        ])
    func ignored(_ header: String) {
        #expect(ByteRange(header) == nil)
    }

    @Test("ranges without a byte", arguments: ["bytes=10-", "bytes=10-11", "bytes=-0"])
    func unsatisfiable(_ header: String) throws {
        #expect(try #require(ByteRange(header)).bounds(size: 10) == nil)
    }

    @Test("nothing is in a range of an empty object", arguments: ["bytes=0-", "bytes=0-0", "bytes=-1"])
    func empty(_ header: String) throws {
        #expect(try #require(ByteRange(header)).bounds(size: 0) == nil)
    }

    @Test("ranges of copies have both ends")
    func copies() throws {
        #expect(try ByteRange(copySourceRange: "bytes=1-2") == .from(1, through: 2))
        for header in ["bytes=1-", "bytes=-2", "1-2", "BYTES=1-2", "bytes=2-1"] {
            #expect(throws: S3Error.self) { try ByteRange(copySourceRange: header) }
        }
    }

    struct Condition: CustomTestStringConvertible, Sendable {
        var match: String?
        var noneMatch: String?
        var since: Int64?
        var unmodified: Int64?
        let verdict: Preconditions.Verdict
        let rule: String

        var testDescription: String { rule }
    }

    @Test(
        "conditions of an object tagged `e`, modified at second 100 and a half",
        arguments: [
            Condition(verdict: .proceed, rule: "none"),
            Condition(match: "\"e\"", verdict: .proceed, rule: "If-Match of the tag"),
            Condition(match: "e", verdict: .proceed, rule: "If-Match without quotes"),
            Condition(match: "\"x\", \"e\"", verdict: .proceed, rule: "If-Match of one of several"),
            Condition(match: "*", verdict: .proceed, rule: "If-Match of any"),
            Condition(match: "\"x\"", verdict: .failed("If-Match"), rule: "If-Match of another"),
            Condition(noneMatch: "\"e\"", verdict: .notModified, rule: "If-None-Match of the tag"),
            Condition(noneMatch: "W/\"e\"", verdict: .notModified, rule: "If-None-Match of the weak tag"),
            Condition(noneMatch: "*", verdict: .notModified, rule: "If-None-Match of any"),
            Condition(noneMatch: "\"x\"", verdict: .proceed, rule: "If-None-Match of another"),
            Condition(since: 100, verdict: .notModified, rule: "not modified since its own second"),
            Condition(since: 101, verdict: .notModified, rule: "not modified since later"),
            Condition(since: 99, verdict: .proceed, rule: "modified since earlier"),
            Condition(unmodified: 100, verdict: .proceed, rule: "unmodified since its own second"),
            Condition(unmodified: 99, verdict: .failed("If-Unmodified-Since"), rule: "modified since that time"),
            Condition(match: "\"e\"", unmodified: 99, verdict: .proceed, rule: "If-Match beats If-Unmodified-Since"),
            Condition(noneMatch: "\"x\"", since: 101, verdict: .proceed, rule: "If-None-Match beats If-Modified-Since"),
            Condition(noneMatch: "\"e\"", since: 99, verdict: .notModified, rule: "and so the other way round"),
        ])
    func conditions(_ example: Condition) {
        let conditions = Preconditions(
            ifMatch: example.match, ifNoneMatch: example.noneMatch, ifModifiedSince: example.since,
            ifUnmodifiedSince: example.unmodified)
        #expect(conditions.evaluate(etag: "e", modified: 100_500) == example.verdict)
    }

    @Test("conditions of writes")
    func writes() throws {
        #expect(try WriteCondition(RequestFields([:])) == .none)
        #expect(try WriteCondition(RequestFields(["If-None-Match": "*"])) == .ifAbsent)
        #expect(try WriteCondition(RequestFields(["If-Match": "\"abc\""])) == .ifMatch("abc"))
        let refused: [(HTTPHeaders, S3ErrorCode)] = [
            (["If-None-Match": "\"abc\""], .notImplemented), (["If-Match": "*"], .notImplemented),
            (["If-Match": "\"a\", \"b\""], .notImplemented),
            (["If-Match": "\"a\"", "If-None-Match": "*"], .invalidRequest),
            (["If-Modified-Since": "x"], .notImplemented),
        ]
        for (headers, code) in refused {
            let error = #expect(throws: S3Error.self) { try WriteCondition(RequestFields(headers)) }
            #expect(error?.code == code)
        }
    }
}

@Suite("Headers of objects")
struct ObjectHeaderTests {
    @Test("headers are found whatever their case, the first of several")
    func fields() {
        let fields = RequestFields(
            HTTPHeaders([("X-AMZ-ACL", "private"), ("Range", "a"), ("range", "b"), ("x-unknown", "c")]))
        #expect(fields[.acl] == "private")
        #expect(fields[.range] == "a")
        #expect(fields[.ifMatch] == nil)
    }

    @Test("what is kept with an object")
    func kept() throws {
        let metadata = try ObjectMetadata(
            RequestFields(
                HTTPHeaders([
                    ("Content-Type", "text/csv"), ("Cache-Control", "no-store"),
                    ("Content-Encoding", "aws-chunked, gzip"),
                    ("Expires", "never"), ("X-Amz-Meta-Owner", "Ada"), ("x-amz-meta-owner", "Grace"),
                    ("x-amz-meta-", "x"),
                    ("x-amz-acl", "bucket-owner-full-control"), ("x-amz-tagging", ""),
                ])))
        #expect(metadata.contentType == "text/csv")
        #expect(metadata.userMetadata == ["owner": "Ada,Grace"])
        #expect(metadata.attributes == ["cache-control": "no-store", "content-encoding": "gzip", "expires": "never"])
        #expect(try ObjectMetadata(RequestFields(["content-encoding": "aws-chunked"])).attributes.isEmpty)
        #expect(try ObjectMetadata(RequestFields([:])).contentType == "application/octet-stream")
    }

    @Test(
        "what would be dropped silently is refused",
        arguments: [
            ("x-amz-server-side-encryption", "AES256", S3ErrorCode.notImplemented),
            ("x-amz-server-side-encryption-customer-algorithm", "AES256", .notImplemented),
            ("x-amz-tagging", "a=b&a=c", .invalidArgument), ("x-amz-object-lock-mode", "GOVERNANCE", .notImplemented),
            ("x-amz-write-offset-bytes", "1", .notImplemented),
            ("x-amz-acl", "public-read", .accessControlListNotSupported),
        ])
    func refused(_ name: String, _ value: String, _ code: S3ErrorCode) {
        let error = #expect(throws: S3Error.self) { try ObjectMetadata(RequestFields(HTTPHeaders([(name, value)]))) }
        #expect(error?.code == code)
    }

    @Test("user metadata has 2,048 bytes of names and values at most")
    func metadataLimit() throws {
        let most = String(repeating: "v", count: 2_047)
        #expect(try ObjectMetadata(RequestFields(HTTPHeaders([("x-amz-meta-k", most)]))).userMetadata["k"] == most)
        let error = #expect(throws: S3Error.self) {
            try ObjectMetadata(RequestFields(HTTPHeaders([("x-amz-meta-k", most + "v")])))
        }
        #expect(error?.code == .metadataTooLarge)
    }

    @Test("lengths are announced, and 5 GiB at most")
    func lengths() throws {
        let limit = UploadSize.maxSinglePutBytes
        #expect(limit == 5_368_709_120)
        #expect(try UploadSize.announced(RequestFields(["content-length": "0"])) == 0)
        #expect(try UploadSize.announced(RequestFields(["content-length": "\(limit)"])) == limit)
        #expect(
            try UploadSize.announced(
                RequestFields(["content-length": "99", "x-amz-decoded-content-length": "7"])) == 7)
        let refused: [(HTTPHeaders, S3ErrorCode)] = [
            ([:], .missingContentLength), (["content-length": "\(limit + 1)"], .entityTooLarge),
            (["content-length": "9", "x-amz-decoded-content-length": "\(limit + 1)"], .entityTooLarge),
            (["content-length": "x"], .invalidArgument),
        ]
        for (headers, code) in refused {
            let error = #expect(throws: S3Error.self) { try UploadSize.announced(RequestFields(headers)) }
            #expect(error?.code == code)
        }
    }
}
