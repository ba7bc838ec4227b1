import Cryptography
import Domain
import Foundation
import Seeded
import Signatures
import Synchronization
import TestSupport
import Testing

@testable import Gateway

@Suite("Objects over a socket")
struct ObjectTests {
    static func bytes(_ count: Int, seed: UInt64 = 7) -> [UInt8] {
        var random = SeededGenerator(seed: seed)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count { withUnsafeBytes(of: random.next()) { bytes.append(contentsOf: $0) } }
        return Array(bytes.prefix(count))
    }

    @Test("what is put is got, byte for byte", arguments: [0, 1, 1_024, 131_072, 131_073, 1_500_000])
    func roundTrip(_ count: Int) async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            let body = Self.bytes(count)
            let put = try await gateway.client.put("/data/main/a/b", body, [("Content-Type", "text/csv")])
            let etag = MD5.hash(body).hex
            #expect(put.status == 200)
            #expect(put.header("etag") == "\"\(etag)\"")
            #expect(put.header("x-amz-request-id")?.count == 32)
            let entry = try #require(gateway.index.entry("data", "main", "a/b"))
            #expect(entry.size == Int64(count))
            #expect(entry.checksum == etag)
            let got = try await gateway.client.get("/data/main/a/b")
            #expect(got.status == 200)
            #expect(got.body == body)
            #expect(got.header("content-type") == "text/csv")
            #expect(got.header("content-length") == "\(count)")
            let head = try await gateway.client.send("HEAD", "/data/main/a/b")
            #expect(head.status == 200)
            #expect(head.header("content-length") == "\(count)")
            #expect(head.header("etag") == got.header("etag"))
        }
    }

    @Test("every way to send a body", arguments: [100, 300_000])
    func payloads(_ count: Int) async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            let body = Self.bytes(count)
            var crc = RunningChecksum(.crc32)
            body.withUnsafeBytes { crc.update($0) }
            let trailer: S3TestClient.Field = ("x-amz-checksum-crc32", crc.base64)
            let ways: [S3TestClient.Payload] = [
                .signed, .unsigned, .chunked(.streamingSigned, chunkBytes: 65_536),
                .chunked(.streamingSignedTrailer, chunkBytes: 8_192, trailer: trailer),
                .chunked(.streamingUnsignedTrailer, chunkBytes: 70_000, trailer: trailer),
            ]
            for (number, way) in ways.enumerated() {
                let target = "/data/main/way\(number)"
                let put = try await gateway.client.send("PUT", target, body: body, payload: way)
                #expect(put.status == 200, "\(put.text)")
                #expect(try await gateway.client.get(target).body == body)
                if case .chunked(_, _, .some) = way {
                    let entry = try #require(gateway.index.entry("data", "main", "way\(number)"))
                    #expect(
                        entry.attributes == ["x-amz-checksum-crc32": crc.base64, "x-amz-checksum-type": "FULL_OBJECT"])
                    #expect(put.header("x-amz-checksum-crc32") == crc.base64)
                    let asked = try await gateway.client.get(target, [("x-amz-checksum-mode", "ENABLED")])
                    #expect(asked.header("x-amz-checksum-crc32") == crc.base64)
                    let part = try await gateway.client.get(
                        target, [("x-amz-checksum-mode", "ENABLED"), ("Range", "bytes=0-1")])
                    #expect(part.header("x-amz-checksum-crc32") == nil)
                }
            }
        }
    }

    @Test("metadata and content headers come back")
    func metadata() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            _ = try await gateway.client.put(
                "/data/main/a", [1],
                [
                    ("x-amz-meta-owner", "Ada"), ("Cache-Control", "no-store"), ("Content-Disposition", "attachment"),
                    ("Content-Encoding", "gzip"), ("Content-Language", "de"),
                    ("Expires", "Thu, 01 Jan 1970 00:00:00 GMT"),
                ])
            let got = try await gateway.client.get("/data/main/a")
            #expect(got.header("x-amz-meta-owner") == "Ada")
            #expect(got.header("cache-control") == "no-store")
            #expect(got.header("content-disposition") == "attachment")
            #expect(got.header("content-encoding") == "gzip")
            #expect(got.header("content-language") == "de")
            #expect(got.header("expires") == "Thu, 01 Jan 1970 00:00:00 GMT")
            let changed = try await gateway.client.get("/data/main/a?response-content-type=a%2Fb")
            #expect(changed.header("content-type") == "a/b")
        }
    }

    @Test("what took so long that clean-up may take its bytes for nobody's is not staged")
    func late() async throws {
        // What a request finds when it begins; each later look at the clock is `late` behind it.
        let time = Mutex((now: WallClock.system.milliseconds(), late: Int64(0)))
        let clock = WallClock {
            time.withLock { time -> Int64 in
                defer { time.now += time.late }
                return time.now
            }
        }
        try await TestGateway.run(clock: clock) { gateway in
            try gateway.index.make("data")
            let hour: Int64 = 3_600_000
            #expect(try await gateway.client.put("/data/main/a", [1]).status == 200)
            let copy: [S3TestClient.Field] = [("x-amz-copy-source", "/data/main/a")]
            for (late, write, share) in [(hour / 8, 200, 200), (2 * hour, 200, 400), (25 * hour, 400, 400)] {
                let writes: [(String, [S3TestClient.Field], Int)] = [
                    ("/data/main/b", [], write), ("/data/main/c", copy, share),
                ]
                for (target, fields, expected) in writes {
                    let begun = WallClock.system.milliseconds()
                    time.withLock { $0 = (begun, late) }
                    let answer = try await gateway.client.put(target, fields.isEmpty ? [2] : [], fields)
                    time.withLock { $0 = (begun, 0) }
                    #expect(answer.status == expected, "\(late / hour) h: \(answer.text)")
                    if expected == 400 { #expect(answer.code == "RequestTimeout") }
                    let path = String(target.dropFirst("/data/main/".count))
                    #expect((gateway.index.entry("data", "main", path) != nil) == (expected == 200))
                    gateway.index.delete("data", "main", path)
                }
            }
        }
    }

    @Test("ranges and conditions", arguments: [10, 200_000])
    func ranges(_ count: Int) async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            let body = Self.bytes(count)
            let etag = try #require(try await gateway.client.put("/data/main/a", body).header("etag"))
            let part = try await gateway.client.get("/data/main/a", [("Range", "bytes=2-4")])
            #expect(part.status == 206)
            #expect(part.body == Array(body[2...4]))
            #expect(part.header("content-range") == "bytes 2-4/\(count)")
            let tail = try await gateway.client.get("/data/main/a", [("Range", "bytes=-\(count - 1)")])
            #expect(tail.body == Array(body[1...]))
            let head = try await gateway.client.send("HEAD", "/data/main/a", [("Range", "bytes=2-4")])
            #expect(head.status == 206)
            #expect(head.header("content-length") == "3")
            #expect(try await gateway.client.get("/data/main/a", [("Range", "bytes=0-1,3-4")]).body == body)
            let beyond = try await gateway.client.get("/data/main/a", [("Range", "bytes=\(count)-")])
            #expect(beyond.status == 416)
            #expect(beyond.code == "InvalidRange")

            let same = try await gateway.client.get("/data/main/a", [("If-None-Match", etag)])
            #expect(same.status == 304)
            #expect(same.body.isEmpty)
            #expect(same.header("etag") == etag)
            #expect(try await gateway.client.get("/data/main/a", [("If-Match", "\"x\"")]).code == "PreconditionFailed")
            #expect(try await gateway.client.get("/data/main/a", [("If-Match", etag)]).status == 200)
            let ranged = try await gateway.client.get("/data/main/a", [("Range", "bytes=0-0"), ("If-Range", "\"x\"")])
            #expect(ranged.status == 200)
        }
    }

    @Test("a branch is a folder: nothing is put there, and something cannot be")
    func branchFolders() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            let put = try await gateway.client.put("/data/main/", [])
            #expect(put.status == 200)
            #expect(put.header("etag") == "\"\(MD5.hash([UInt8]()).hex)\"")
            #expect(try await !gateway.client.get("/data?prefix=main/").text.contains("<Key>"))
            #expect(try await gateway.client.put("/data/main/", [1]).code == "InvalidArgument")
            #expect(try await gateway.client.put("/data/none/", []).code == "NoSuchBucket")
            #expect(try await gateway.client.put("/data/main~1/", []).code == "MethodNotAllowed")
        }
    }

    @Test("conditional writes")
    func conditionalWrites() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            let first = try await gateway.client.put("/data/main/a", [1], [("If-None-Match", "*")])
            let etag = try #require(first.header("etag"))
            let second = try await gateway.client.put("/data/main/a", [2], [("If-None-Match", "*")])
            #expect(second.status == 412)
            #expect(second.code == "PreconditionFailed")
            #expect(second.text.contains("<Condition>If-None-Match</Condition>"))
            #expect(try await gateway.client.put("/data/main/a", [3], [("If-Match", etag)]).status == 200)
            #expect(try await gateway.client.put("/data/main/a", [4], [("If-Match", etag)]).status == 412)
            #expect(try await gateway.client.get("/data/main/a").body == [3])
        }
    }

    @Test(
        "odd keys are kept as they are",
        arguments: [
            "a+b", "a%20b", "a%2Bb", "a%2Fb", "/a", "a//b", "a/", "..", "a/../b", "%E2%98%83", "%01", "a%25b", "a%3Fb",
            "~",
            "%C3%A9", "e%CC%81",
        ])
    func oddKeys(_ path: String) async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            #expect(try await gateway.client.put("/data/main/\(path)", Array(path.utf8)).status == 200)
            let key = try #require(path.removingPercentEncoding)
            #expect(gateway.index.entry("data", "main", key) != nil)
            #expect(try await gateway.client.get("/data/main/\(path)").body == Array(path.utf8))
            let listed = try await gateway.client.get("/data?list-type=2&prefix=main%2F&encoding-type=url")
            #expect(listed.elements("Key").first?.removingPercentEncoding == "main/" + key)
        }
    }

    @Test("deletion succeeds whether or not there is an object")
    func deletion() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            _ = try await gateway.client.put("/data/main/a", [1])
            for _ in 0..<2 {
                let deleted = try await gateway.client.send("DELETE", "/data/main/a")
                #expect(deleted.status == 204)
            }
            #expect(try await gateway.client.get("/data/main/a").code == "NoSuchKey")
            #expect(try await gateway.client.send("DELETE", "/data/main/").status == 204)
            #expect(try await gateway.client.send("DELETE", "/data/nope/a").code == "NoSuchBucket")
        }
    }

    @Test("many deletions at once")
    func deletions() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data", branches: ["main", "dev"], tags: ["v1.0"])
            for (branch, path) in [("main", "a&b"), ("main", "c"), ("dev", "d")] {
                gateway.index.put("data", branch, path)
            }
            let long = String(repeating: "x", count: 1_025)
            let keys = ["main/a&amp;b", "dev/d", "main/none", "v1.0/a", "nope/a", "main/\(long)", "main"]
            let objects = keys.map { "<Object><Key>\($0)</Key></Object>" }.joined()
            let answer = try await gateway.client.send(
                "POST", "/data?delete", body: Array("<Delete>\(objects)</Delete>".utf8))
            #expect(answer.status == 200)
            let deleted = answer.elements("Deleted").map { $0.replacingOccurrences(of: "&amp;", with: "&") }
            #expect(deleted == ["<Key>main/a&b</Key>", "<Key>dev/d</Key>", "<Key>main/none</Key>", "<Key>main</Key>"])
            #expect(answer.elements("Code") == ["MethodNotAllowed", "NoSuchBucket", "KeyTooLongError"])
            #expect(gateway.index.entry("data", "main", "a&b") == nil)
            #expect(gateway.index.entry("data", "main", "c") != nil)
            #expect(gateway.index.calls("index.deleteObjects") == 3)
            let quiet = try await gateway.client.send(
                "POST", "/data?delete",
                body: Array("<Delete><Quiet>true</Quiet><Object><Key>main/c</Key></Object></Delete>".utf8))
            #expect(quiet.elements("Key").isEmpty)
            #expect(gateway.index.entry("data", "main", "c") == nil)
        }
    }

    @Test("references that can only be read")
    func readOnlyReferences() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data", branches: ["main"], tags: ["v1.0", "release"])
            gateway.index.put("data", "v1.0", "a")
            #expect(try await gateway.client.send("HEAD", "/data/v1.0/a").status == 200)
            for reference in ["v1.0", "release", "main~1", "main@"] {
                let put = try await gateway.client.put("/data/\(reference)/a", [1])
                #expect(put.status == 405)
                #expect(put.code == "MethodNotAllowed")
            }
            let missing = try await gateway.client.put("/data/nope/a", [1])
            #expect(missing.status == 404)
            #expect(missing.code == "NoSuchBucket")
            // A large body is not read at all.
            let large = try await gateway.client.put("/data/release/a", Self.bytes(1_100_000))
            #expect(large.code == "MethodNotAllowed")
            #expect(gateway.index.entry("data", "main", "a") == nil)
        }
    }

    @Test("copies inside a repository share the bytes, others have their own")
    func copies() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data", branches: ["main", "dev"])
            try gateway.index.make("other")
            let body = Self.bytes(200_000)
            _ = try await gateway.client.put("/data/main/a", body, [("x-amz-meta-k", "v"), ("Content-Type", "a/b")])
            let files = gateway.files
            let copied = try await gateway.client.put("/data/dev/b", [], [("x-amz-copy-source", "/data/main/a")])
            #expect(copied.status == 200)
            #expect(copied.element("ETag") == "&quot;\(MD5.hash(body).hex)&quot;")
            #expect(gateway.files == files)
            let original = try #require(gateway.index.entry("data", "main", "a"))
            let copy = try #require(gateway.index.entry("data", "dev", "b"))
            #expect(copy.address == original.address)
            #expect(copy.hasSameIdentity(as: original))

            let abroad = try await gateway.client.put(
                "/other/main/c", [],
                [
                    ("x-amz-copy-source", "data/main/a"), ("x-amz-metadata-directive", "REPLACE"),
                    ("x-amz-meta-n", "w"),
                ])
            #expect(abroad.status == 200)
            #expect(gateway.files.count == files.count + 1)
            #expect(try await gateway.client.get("/other/main/c").body == body)
            let third = try #require(gateway.index.entry("other", "main", "c"))
            #expect(third.userMetadata == ["n": "w"])
            #expect(third.contentType == "application/octet-stream")
        }
    }

    @Test("copies that are refused")
    func refusedCopies() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            let etag = try #require(try await gateway.client.put("/data/main/a", [1]).header("etag"))
            for (fields, code) in [
                ([("x-amz-copy-source", "/data/main/a")], "InvalidRequest"),
                ([("x-amz-copy-source", "/data/main/none")], "NoSuchKey"),
                ([("x-amz-copy-source", "/none/main/a")], "NoSuchBucket"),
                ([("x-amz-copy-source", "nonsense")], "InvalidArgument"),
                ([("x-amz-copy-source", "/data/main/a"), ("x-amz-metadata-directive", "MOVE")], "InvalidArgument"),
                (
                    [("x-amz-copy-source", "/data/main/a"), ("x-amz-copy-source-if-none-match", etag)],
                    "PreconditionFailed"
                ),
            ] as [([S3TestClient.Field], String)] {
                let answer = try await gateway.client.put("/data/main/a", [], fields)
                #expect(answer.code == code)
            }
            let touched = try await gateway.client.put(
                "/data/main/a", [],
                [("x-amz-copy-source", "/data/main/a"), ("x-amz-metadata-directive", "REPLACE"), ("x-amz-meta-k", "v")])
            #expect(touched.status == 200)
            #expect(gateway.index.entry("data", "main", "a")?.userMetadata == ["k": "v"])
        }
    }

    @Test("buckets by host name")
    func virtualHosts() async throws {
        try await TestGateway.run(domains: "s3.test") { gateway in
            try gateway.index.make("data")
            var client = gateway.client
            client.host = "data.s3.test:8000"
            #expect(try await client.put("/main/a", [1, 2]).status == 200)
            #expect(try await client.get("/main/a").body == [1, 2])
            #expect(try await client.get("/?list-type=2&prefix=main%2F").elements("Key") == ["main/a"])
            client.host = "s3.test"
            #expect(try await client.get("/data/main/a").body == [1, 2])
        }
    }

    @Test("buckets")
    func buckets() async throws {
        try await TestGateway.run(region: "eu-north-1") { gateway in
            try gateway.index.make("data")
            try gateway.index.make("logs")
            var client = gateway.client
            client.region = "eu-north-1"
            let all = try await client.get("/")
            #expect(all.elements("Name") == ["data", "logs"])
            #expect(all.elements("CreationDate").first == "2009-10-12T17:50:30.042Z")
            let first = try await client.get("/?max-buckets=1")
            #expect(first.elements("Name") == ["data"])
            let token = try #require(first.element("ContinuationToken"))
            #expect(try await client.get("/?max-buckets=1&continuation-token=\(token)").elements("Name") == ["logs"])
            #expect(try await client.get("/?prefix=lo").elements("Name") == ["logs"])
            let head = try await client.send("HEAD", "/data")
            #expect(head.status == 200)
            #expect(head.header("x-amz-bucket-region") == "eu-north-1")
            #expect(try await client.send("HEAD", "/none").status == 404)
            #expect(try await client.get("/data?location").text.contains(">eu-north-1</LocationConstraint>"))
            #expect(try await client.get("/data?versioning").text.contains("<VersioningConfiguration"))
            #expect(try await client.send("PUT", "/data").code == "BucketAlreadyOwnedByYou")
            #expect(try await client.send("PUT", "/none").code == "NotImplemented")
            #expect(try await client.get("/None_such").code == "InvalidBucketName")
        }
    }
}
