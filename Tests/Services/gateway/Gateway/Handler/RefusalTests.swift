import Cryptography
import Domain
import ObjectStore
import Signatures
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("Bad requests, and what is left of them: nothing")
struct RefusalTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let rule: String
        let status: Int
        let code: String
        let request: @Sendable (S3TestClient) throws -> [UInt8]

        var testDescription: String { "\(rule): \(code)" }

        init(
            _ rule: String, _ status: Int, _ code: String,
            _ request: @escaping @Sendable (S3TestClient) throws -> [UInt8]
        ) {
            self.rule = rule
            self.status = status
            self.code = code
            self.request = request
        }
    }

    private static let body = Array("hello".utf8)

    private static func put(
        _ rule: String, _ status: Int, _ code: String, _ fields: [S3TestClient.Field] = [],
        at target: String = "/data/main/a", body: [UInt8] = body, payload: S3TestClient.Payload = .signed,
        change: @escaping @Sendable (inout S3TestClient) -> Void = { _ in }
    ) -> Case {
        let fields = fields.map { ($0.name, $0.value) }
        return Case(rule, status, code) { client in
            var client = client
            change(&client)
            return try client.request(
                "PUT", target, fields.map { (name: $0.0, value: $0.1) }, body: body, payload: payload)
        }
    }

    private static func crc(_ text: String) -> String {
        Base64.encode(withUnsafeBytes(of: CRC32.checksum(text.utf8).bigEndian) { Array($0) })
    }

    /// A request with some of its bytes replaced.
    private static func replaced(_ bytes: [UInt8], _ old: String, by new: String) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let range = text.firstRange(of: old) else { return bytes }
        return Array((text[..<range.lowerBound] + new + text[range.upperBound...]).utf8)
    }

    private static let identity: [Case] = [
        put("an unknown key", 403, "InvalidAccessKeyId") { $0.accessKeyID = "AKIAUNKNOWN" },
        put("a wrong secret", 403, "SignatureDoesNotMatch") { $0.secret = "wrong" },
        put("a clock that is slow", 403, "RequestTimeTooSkewed") { $0.skewSeconds = -1_000 },
        put("a clock that is fast", 403, "RequestTimeTooSkewed") { $0.skewSeconds = 1_000 },
        put("another region", 400, "AuthorizationHeaderMalformed") { $0.region = "mars-1" },
        Case("no signature", 403, "AccessDenied") { client in
            S3TestClient.bytes("PUT", "/data/main/a", [client.hostField, ("Content-Length", "5")], body)
        },
        Case("another scheme", 400, "InvalidArgument") { client in
            S3TestClient.bytes(
                "PUT", "/data/main/a", [client.hostField, ("Content-Length", "5"), ("Authorization", "Basic YTpi")],
                body)
        },
        Case("a signed header that was changed", 403, "SignatureDoesNotMatch") { client in
            let request = try client.request("PUT", "/data/main/a", [("x-amz-meta-k", "v1")], body: body)
            return replaced(request, "v1", by: "v2")
        },
        Case("a path that was changed", 403, "SignatureDoesNotMatch") { client in
            replaced(try client.request("PUT", "/data/main/a", body: body), "/data/main/a", by: "/data/main/b")
        },
    ]

    private static let bodies: [Case] = [
        Case("a body other than the signed one", 400, "XAmzContentSHA256Mismatch") { client in
            replaced(try client.request("PUT", "/data/main/a", body: body), "hello", by: "jello")
        },
        put("a wrong Content-MD5", 400, "BadDigest", fields("Content-MD5", MD5.hash("other").base64)),
        put("a Content-MD5 that is none", 400, "InvalidDigest", fields("Content-MD5", "AAAA")),
        put("a Content-MD5 that is no base 64", 400, "InvalidDigest", fields("Content-MD5", "!")),
        put("a wrong checksum", 400, "BadDigest", fields("x-amz-checksum-crc32", crc("other"))),
        put("a checksum that is none", 400, "InvalidRequest", fields("x-amz-checksum-crc32", "AAAA")),
        put("an unknown checksum", 400, "InvalidRequest", fields("x-amz-checksum-crc128", "AAAA")),
        put(
            "a wrong checksum in a trailer", 400, "BadDigest",
            payload: .chunked(.streamingUnsignedTrailer, chunkBytes: 3, trailer: ("x-amz-checksum-crc32", crc("x")))),
        put(
            "a wrong checksum in a signed trailer", 400, "BadDigest",
            payload: .chunked(.streamingSignedTrailer, chunkBytes: 3, trailer: ("x-amz-checksum-crc32", crc("x")))),
        put(
            "a wrong checksum behind a large body", 400, "BadDigest", body: ObjectTests.bytes(400_000),
            payload: .chunked(
                .streamingUnsignedTrailer, chunkBytes: 65_536, trailer: ("x-amz-checksum-crc32", crc("x")))),
        Case("a bad chunk signature", 403, "SignatureDoesNotMatch") { client in
            let request = try client.request(
                "PUT", "/data/main/a", body: body, payload: .chunked(.streamingSigned, chunkBytes: 3))
            return replaced(request, "hel", by: "jel")
        },
        Case("a bad signature of a chunk in a large body", 403, "SignatureDoesNotMatch") { client in
            var request = try client.request(
                "PUT", "/data/main/a", body: [UInt8](repeating: 0x61, count: 400_000),
                payload: .chunked(.streamingSigned, chunkBytes: 65_536))
            request[request.count - 1_000] ^= 1
            return request
        },
        Case("a chunk that is longer than it says", 400, "IncompleteBody") { client in
            let request = try client.request(
                "PUT", "/data/main/a", body: body,
                payload: .chunked(
                    .streamingUnsignedTrailer, chunkBytes: 5, trailer: ("x-amz-checksum-crc32", crc("hello"))))
            return replaced(request, "5\r\nhello", by: "4\r\nhello")
        },
        Case("no length", 411, "MissingContentLength") { client in
            let request = try client.request("PUT", "/data/main/a", body: [])
            return replaced(request, "Content-Length: 0\r\n", by: "")
        },
        Case("5 GiB and a byte", 400, "EntityTooLarge") { client in
            try client.request(
                "PUT", "/data/main/a", fields("Content-Length", "5368709121"), body: body, payload: .unsigned)
        },
        Case("5 GiB and a byte, in chunks", 400, "EntityTooLarge") { client in
            try client.request(
                "PUT", "/data/main/a", fields("x-amz-decoded-content-length", "5368709121"), body: body,
                payload: .unsigned)
        },
        put(
            "user metadata of 3,000 bytes", 400, "MetadataTooLarge",
            fields("x-amz-meta-k", String(repeating: "v", count: 3_000))),
        put("a canned ACL that grants", 400, "AccessControlListNotSupported", fields("x-amz-acl", "public-read")),
        put(
            "encryption by the client's key", 501, "NotImplemented",
            fields("x-amz-server-side-encryption-customer-algorithm", "AES256")),
    ]

    private static let targets: [Case] = [
        put("a path of 1,025 bytes", 400, "KeyTooLongError", at: "/data/main/" + String(repeating: "x", count: 1_025)),
        put("a path that is no UTF-8", 400, "InvalidURI", at: "/data/main/%FF"),
        Case("a bad escape", 400, "InvalidURI") { client in
            replaced(try client.request("PUT", "/data/main/a", body: body), "/data/main/a", by: "/data/main/%zz")
        },
        put("a key without a path", 400, "InvalidArgument", at: "/data/main"),
        put("a bucket that cannot be", 400, "InvalidBucketName", at: "/Data_/main/a"),
        put("a repository that does not exist", 404, "NoSuchBucket", at: "/none/main/a"),
        put("a branch that does not exist", 404, "NoSuchBucket", at: "/data/none/a"),
        put("a tag", 405, "MethodNotAllowed", at: "/data/v1.0/a"),
        put("an expression", 405, "MethodNotAllowed", at: "/data/main~1/a"),
        put("a branch as it is staged", 405, "MethodNotAllowed", at: "/data/main$/a"),
        Case("a deletion below a tag", 405, "MethodNotAllowed") { client in
            try client.request("DELETE", "/data/v1.0/a")
        },
        Case("a deletion below an expression", 405, "MethodNotAllowed") { client in
            try client.request("DELETE", "/data/main@/a")
        },
        Case("a deletion below what does not exist", 404, "NoSuchBucket") { client in
            try client.request("DELETE", "/data/none/a")
        },
        Case("an upload below a tag", 405, "MethodNotAllowed") { client in
            try client.request("POST", "/data/v1.0/a?uploads")
        },
        Case("a method that S3 does not have", 405, "MethodNotAllowed") { client in
            try client.request("PATCH", "/data/main/a")
        },
        Case("a form upload that is none", 412, "PreconditionFailed") { client in
            try client.request("POST", "/data", body: body)
        },
        Case("a preflight", 403, "AccessForbidden") { client in
            S3TestClient.bytes(
                "OPTIONS", "/data/main/a",
                [
                    client.hostField, ("Origin", "http://x"), ("Access-Control-Request-Method", "PUT"),
                ], [])
        },
        Case("a version", 404, "NoSuchVersion") { client in try client.request("GET", "/data/main/a?versionId=7") },
        Case("a torrent", 501, "NotImplemented") { client in try client.request("GET", "/data/main/a?torrent") },
        Case("a lifecycle", 501, "NotImplemented") { client in try client.request("PUT", "/data?lifecycle", body: body)
        },
        Case("XML that is none", 400, "MalformedXML") { client in try client.request("POST", "/data?delete", body: body)
        },
        Case("a list of 1,001 keys", 400, "MalformedXML") { client in
            let keys = String(repeating: "<Object><Key>main/a</Key></Object>", count: 1_001)
            return try client.request("POST", "/data?delete", body: Array("<Delete>\(keys)</Delete>".utf8))
        },
        Case("an upload that does not exist", 404, "NoSuchUpload") { client in
            try client.request("PUT", "/data/main/a?partNumber=1&uploadId=00", body: body)
        },
        Case("part number 0", 400, "InvalidArgument") { client in
            try client.request("PUT", "/data/main/a?partNumber=0&uploadId=00", body: body)
        },
        Case("part number 10,001", 400, "InvalidArgument") { client in
            try client.request("PUT", "/data/main/a?partNumber=10001&uploadId=00", body: body)
        },
        Case("max-keys below zero", 400, "InvalidArgument") { client in try client.request("GET", "/data?max-keys=-1")
        },
        Case("HTTP that is none", 400, "BadRequest") { _ in Array("GET /data HTTP/1.1\r\nHost localhost\r\n\r\n".utf8)
        },
        Case("a target of 20,000 bytes", 400, "InvalidURI") { client in
            S3TestClient.bytes("GET", "/" + String(repeating: "x", count: 20_000), [client.hostField], [])
        },
    ]

    private static func fields(_ name: String, _ value: String) -> [S3TestClient.Field] { [(name, value)] }

    @Test("each gets its error, and stages nothing", arguments: identity + bodies + targets)
    func refused(_ example: Case) async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data", tags: ["v1.0"])
            let answer = try await gateway.client.exchange(try example.request(gateway.client))
            #expect(answer.code == example.code, "\(answer.text)")
            #expect(answer.header("content-type") == "application/xml")
            #expect(answer.element("RequestId")?.isEmpty == false)
            #expect(answer.header("x-amz-request-id") == answer.element("RequestId"))
            // The seam's own refusals have the status that HTTP gives them.
            if example.code != "InvalidURI" || answer.status != 414 { #expect(answer.status == example.status) }
            #expect(gateway.index.isEmpty)
            let mayLeaveBytes = example.rule == "a branch that does not exist"
            if !mayLeaveBytes { #expect(gateway.files == []) }
        }
    }

    @Test("a body that ends early is IncompleteBody, and leaves nothing", arguments: [10, 300_000, 2_000_000])
    func truncated(_ count: Int) async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            let request = try gateway.client.request(
                "PUT", "/data/main/a", body: ObjectTests.bytes(count), payload: .unsigned)
            let client = try await RawHTTPClient.open(port: gateway.port)
            _ = try await client.connection.sendSome(Array(request.dropLast(count / 2)))
            client.connection.finishSending()
            // Whoever closes its half may not care for an answer; if there is one, it is this.
            if let answer = try? await client.response() { #expect(answer.code == "IncompleteBody") }
            try await eventually { gateway.files.isEmpty }
            #expect(gateway.index.isEmpty)
        }
    }

    @Test("a client that is gone in mid-body leaves nothing")
    func gone() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            let request = try gateway.client.request(
                "PUT", "/data/main/a", body: ObjectTests.bytes(3_000_000), payload: .unsigned)
            let client = try await RawHTTPClient.open(port: gateway.port)
            _ = try await client.connection.sendSome(Array(request.dropLast(1_000_000)))
            client.connection.reset()
            try await eventually { gateway.files.isEmpty }
            #expect(gateway.index.isEmpty)
        }
    }

    @Test("a refused request with Expect is not asked for its body")
    func expectation() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            let head = try gateway.client.request(
                "PUT", "/data/main/a", [("Expect", "100-continue"), ("Content-Length", "5368709121")],
                payload: .unsigned)
            let refused = try await RawHTTPClient.open(port: gateway.port)
            try await refused.send(head)
            #expect(try await refused.response().code == "EntityTooLarge")

            let body = Array("hello".utf8)
            let request = try gateway.client.request("PUT", "/data/main/a", [("Expect", "100-continue")], body: body)
            let accepted = try await RawHTTPClient.open(port: gateway.port)
            try await accepted.send(Array(request.dropLast(body.count)))
            #expect(try await accepted.response().status == 100)
            try await accepted.send(body)
            #expect(try await accepted.response().status == 200)
        }
    }

    @Test(
        "index away or unsure is 503; the bytes stay for collection",
        arguments: [
            RPCError.Code.unavailable, .deadlineExceeded, .outcomeUnknown,
        ])
    func indexAway(_ code: RPCError.Code) async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            gateway.index.put("data", "main", "old")
            gateway.index.fail("index.stageObject", code)
            let put = try await gateway.client.put("/data/main/a", [1])
            #expect(put.status == 503)
            #expect(put.code == "ServiceUnavailable")
            #expect(put.header("retry-after") == "1")
            #expect(gateway.files.count == 1)
            gateway.index.fail("index.getObject", code)
            #expect(try await gateway.client.get("/data/main/old").code == "ServiceUnavailable")
            #expect(try await gateway.client.send("HEAD", "/data/main/old").status == 503)
            gateway.index.fail("index.listObjects", code)
            #expect(try await gateway.client.get("/data?prefix=main%2F").status == 503)
            gateway.index.fail("index.getRepository", code)
            #expect(try await gateway.client.send("HEAD", "/data").status == 503)
        }
    }

    @Test("a store that fails stages nothing, and never looks like a missing object")
    func storeFails() async throws {
        let faults = StoreFaults()
        try await TestGateway.run(wrap: { FaultyStore($0, faults) }) { gateway in
            try gateway.index.make("data")
            _ = try await gateway.client.put("/data/main/a", ObjectTests.bytes(10))
            let store = faults
            store.fail(.put, .unavailable)
            #expect(try await gateway.client.put("/data/main/b", [1]).status == 503)
            #expect(try await gateway.client.put("/data/main/b", ObjectTests.bytes(300_000)).status == 503)
            store.fail(.put, .full)
            #expect(try await gateway.client.put("/data/main/b", [1]).code == "ServiceUnavailable")
            #expect(gateway.index.entry("data", "main", "b") == nil)
            for (code, status) in [
                (.unavailable, 503), (.timedOut, 503), (.denied, 503), (.notFound, 500), (.corrupt, 500),
            ] as [(ObjectStoreError.Code, Int)] {
                store.fail(.get, code)
                #expect(try await gateway.client.get("/data/main/a").status == status)
            }
        }
    }

    @Test("bytes of another length than the entry's are never sent as whole")
    func wrongLength() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            _ = try await gateway.client.put("/data/main/a", ObjectTests.bytes(10))
            var entry = try #require(gateway.index.entry("data", "main", "a"))
            entry.size = 11
            gateway.index.put("data", "main", "a", entry)
            #expect(try await gateway.client.get("/data/main/a").status == 500)
        }
    }

    @Test("a repository made again under its name is found at the second try")
    func recreated() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            #expect(try await gateway.client.put("/data/main/a", [1]).status == 200)
            try gateway.index.make("data")
            #expect(try await gateway.client.put("/data/main/a", [1]).status == 503)
            #expect(gateway.index.entry("data", "main", "a") == nil)
            #expect(try await gateway.client.put("/data/main/a", [1]).status == 200)
            #expect(try await gateway.client.get("/data/main/a").body == [1])
        }
    }
}

/// Waits for what happens soon, but at a time of its own.
func eventually(_ condition: () -> Bool) async throws {
    for _ in 0..<500 {
        if condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("did not happen in five seconds")
}
