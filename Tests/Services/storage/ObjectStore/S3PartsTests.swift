import Testing

@testable import ObjectStore

@Suite("The S3 store's parts") struct S3PartsTests {
    @Test(
        "A range header says which bytes of how many",
        arguments: [
            ("bytes 0-0/1", 0..<1, 1), ("bytes 0-99/1000", 0..<100, 1_000), ("bytes 5-9/10", 5..<10, 10),
        ] as [(String, Range<Int64>, Int64)])
    func contentRange(text: String, range: Range<Int64>, size: Int64) throws {
        let parsed = try #require(S3Range.parse(text))
        #expect(parsed.range == range && parsed.size == size)
    }

    @Test(
        "Any other is none",
        arguments: [
            "", "bytes", "bytes */10", "bytes 0-9/*", "bytes 9-5/10", "bytes 0-10/10", "bytes -1-5/10", "items 0-1/2",
            "bytes 0-1",
        ])
    func notContentRange(text: String) { #expect(S3Range.parse(text) == nil) }

    @Test(
        "A bucket is in the path or in the host's name, and every byte of a key is sent as it is",
        arguments: [
            ("http://127.0.0.1:8333", true, "b", "k", "127.0.0.1:8333", "/b/k"),
            ("https://s3.example.com/", false, "b", "a b/ü+%?#", "b.s3.example.com", "/a%20b/%C3%BC%2B%25%3F%23"),
            ("https://s3.example.com:443", false, "a.b", "k", "s3.example.com", "/a.b/k"),
            ("http://s3.example.com:80", false, "a.b", "../k", "a.b.s3.example.com", "/../k"),
        ])
    func locates(endpoint: String, pathStyle: Bool, bucket: String, key: String, host: String, target: String) throws {
        let endpoint = try S3Endpoint(
            S3StoreConfiguration(
                endpoint: endpoint, region: "r", accessKey: "a", secretKey: "s", usesPathStyle: pathStyle))
        let place = endpoint.locate(bucket: bucket, key: key)
        #expect(place.host == host && place.target == target)
        let query = endpoint.locate(bucket: bucket, query: [("prefix", "a/b c"), ("uploads", "")])
        #expect(query.target.hasSuffix("?prefix=a%2Fb%20c&uploads="))
    }

    @Test(
        "An endpoint is scheme, host and port",
        arguments: [
            "", "127.0.0.1:80", "ftp://x", "http://", "http://user@host", "http://host/path", "http://host?x",
            "http://a b",
        ])
    func refusesEndpoints(endpoint: String) {
        let error = #expect(throws: ObjectStoreError.self) {
            try S3Endpoint(
                S3StoreConfiguration(
                    endpoint: endpoint, region: "r", accessKey: "a", secretKey: "s", usesPathStyle: true))
        }
        #expect(error?.code == .misconfigured)
    }

    @Test("Pauses stay below a limit that doubles, and end")
    func pauses() {
        var random = SystemRandomNumberGenerator()
        let policy = RetryPolicy()
        for attempt in 1..<policy.maxAttempts {
            for _ in 0..<100 {
                let pause = policy.pause(attempt: attempt, elapsedMilliseconds: 0, using: &random)
                #expect(pause.map { $0 >= 0 && $0 <= 50 << (attempt - 1) } == true)
            }
        }
        #expect(policy.pause(attempt: policy.maxAttempts, elapsedMilliseconds: 0, using: &random) == nil)
        #expect(policy.pause(attempt: 1, elapsedMilliseconds: policy.maxTotalMilliseconds, using: &random) == nil)
    }

    @Test(
        "A refusal's own code says more than its status",
        arguments: [
            (404, "NoSuchKey", ObjectStoreError.Code.notFound), (404, "NoSuchUpload", .uploadNotFound),
            (404, "", .notFound),
            (403, "AccessDenied", .denied), (400, "InvalidPart", .invalidPart), (503, "SlowDown", .unavailable),
            (500, "", .unavailable),
            (400, "RequestTimeout", .unavailable), (416, "InvalidRange", .invalidRange),
            (501, "NotImplemented", .unsupported),
            (409, "Other", .failed), (507, "", .full), (200, "InternalError", .unavailable),
        ])
    func codes(status: Int, code: String, expected: ObjectStoreError.Code) {
        #expect(ObjectStoreError(s3Code: code, message: "", status: status, "try").code == expected)
    }

    @Test("Parts are as large as 10,000 of them need, and of equal size")
    func partSizes() {
        for length: Int64 in [1, 67_108_865, 1 << 30, 1 << 40, 5 << 40] {
            let size = S3ObjectStore.partBytes(forLength: length)
            #expect(size >= 67_108_864)
            #expect((length + size - 1) / size <= 10_000)
        }
    }

    @Test(
        "Times in lists are read to the millisecond",
        arguments: [
            ("2026-11-22T19:41:05.123Z", 1_795_376_465_123), ("2026-11-22T19:41:05Z", 1_795_376_465_000),
            ("2026-11-22T19:41:05.1Z", 1_795_376_465_100), ("2026-11-22T19:41:05.123456789Z", 1_795_376_465_123),
            ("", 0), ("x", 0),
        ] as [(String, Int64)])
    func times(text: String, milliseconds: Int64) { #expect(ObjectInfo.milliseconds(text) == milliseconds) }
}
