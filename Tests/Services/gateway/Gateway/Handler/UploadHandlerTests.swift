import Cryptography
import Domain
import ObjectStore
import Signatures
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("Multipart uploads over a socket")
struct UploadHandlerTests {
    private static let partBytes = 5 * 1024 * 1024

    private static func completion(_ etags: [(Int, String)]) -> [UInt8] {
        let parts = etags.map { "<Part><PartNumber>\($0.0)</PartNumber><ETag>\($0.1)</ETag></Part>" }.joined()
        return Array("<CompleteMultipartUpload>\(parts)</CompleteMultipartUpload>".utf8)
    }

    private static func begin(
        _ client: S3TestClient, _ target: String, _ fields: [S3TestClient.Field] = []
    ) async throws -> String {
        let answer = try await client.send("POST", "\(target)?uploads", fields)
        #expect(answer.status == 200, "\(answer.text)")
        return try #require(answer.element("UploadId"))
    }

    @Test("parts become one object, with S3's ETag")
    func whole() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            let (first, last) = (ObjectTests.bytes(Self.partBytes), ObjectTests.bytes(1_000, seed: 9))
            let id = try await Self.begin(
                gateway.client, "/data/main/a",
                [("Content-Type", "a/b"), ("x-amz-meta-k", "v"), ("Cache-Control", "x")])
            // Out of order, and one of them twice.
            var etags: [(Int, String)] = []
            for (number, body) in [(7, last), (2, last), (2, first)] {
                let part = try await gateway.client.put("/data/main/a?partNumber=\(number)&uploadId=\(id)", body)
                #expect(part.status == 200, "\(part.text)")
                if body.count > 1_000 || number == 7 { etags.insert((number, part.header("etag") ?? ""), at: 0) }
            }
            let listed = try await gateway.client.get("/data/main/a?uploadId=\(id)")
            #expect(listed.elements("PartNumber") == ["2", "7"])
            #expect(listed.elements("Size") == ["\(Self.partBytes)", "1000"])
            let page = try await gateway.client.get("/data/main/a?uploadId=\(id)&max-parts=1&part-number-marker=2")
            #expect(page.elements("PartNumber") == ["7"])
            #expect(gateway.index.isEmpty)

            let done = try await gateway.client.send(
                "POST", "/data/main/a?uploadId=\(id)", body: Self.completion(etags))
            #expect(done.status == 200, "\(done.text)")
            let etag = MD5.hash(MD5.hash(first).bytes + MD5.hash(last).bytes).hex + "-2"
            #expect(done.element("ETag") == "&quot;\(etag)&quot;")
            let got = try await gateway.client.get("/data/main/a")
            #expect(got.body == first + last)
            #expect(got.header("etag") == "\"\(etag)\"")
            #expect(got.header("x-amz-meta-k") == "v")
            #expect(got.header("cache-control") == "x")
            #expect(got.header("content-type") == "a/b")

            // The same request again has the same answer.
            let again = try await gateway.client.send(
                "POST", "/data/main/a?uploadId=\(id)", body: Self.completion(etags))
            #expect(again.body == done.body)
            #expect(gateway.files.count == 1)
        }
    }

    @Test("checksums of parts become one of the object", arguments: ["COMPOSITE", "FULL_OBJECT"])
    func checksums(_ type: String) async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            let (first, last) = (ObjectTests.bytes(Self.partBytes), ObjectTests.bytes(10, seed: 9))
            let id = try await Self.begin(
                gateway.client, "/data/main/a",
                [("x-amz-checksum-algorithm", "CRC32"), ("x-amz-checksum-type", type)])
            var parts: [(Int, String)] = []
            for (number, body) in [(1, first), (2, last)] {
                var crc = RunningChecksum(.crc32)
                body.withUnsafeBytes { crc.update($0) }
                let part = try await gateway.client.send(
                    "PUT", "/data/main/a?partNumber=\(number)&uploadId=\(id)", body: body,
                    payload: .chunked(
                        .streamingUnsignedTrailer, chunkBytes: 65_536, trailer: ("x-amz-checksum-crc32", crc.base64)))
                #expect(part.header("x-amz-checksum-crc32") == crc.base64)
                parts.append((number, part.header("etag") ?? ""))
            }
            let other = try await gateway.client.put(
                "/data/main/a?partNumber=3&uploadId=\(id)", [1], [("x-amz-checksum-sha256", SHA256.hash([1]).base64)])
            #expect(other.code == "InvalidRequest")
            let done = try await gateway.client.send(
                "POST", "/data/main/a?uploadId=\(id)", body: Self.completion(parts))
            let checksum = try #require(done.element("ChecksumCRC32"))
            #expect(done.element("ChecksumType") == type)
            if type == "FULL_OBJECT" {
                var whole = RunningChecksum(.crc32)
                (first + last).withUnsafeBytes { whole.update($0) }
                #expect(checksum == whole.base64)
            } else {
                #expect(checksum.hasSuffix("-2"))
            }
            let head = try await gateway.client.send("HEAD", "/data/main/a", [("x-amz-checksum-mode", "ENABLED")])
            #expect(head.header("x-amz-checksum-crc32") == checksum)
            #expect(head.header("x-amz-checksum-algorithm") == nil)
        }
    }

    @Test("what cannot be completed")
    func refused() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            let id = try await Self.begin(gateway.client, "/data/main/a")
            var etags: [String] = []
            for number in 1...2 {
                let part = try await gateway.client.put(
                    "/data/main/a?partNumber=\(number)&uploadId=\(id)", [UInt8(number)])
                etags.append(part.header("etag") ?? "")
            }
            for (parts, code) in [
                ([(1, etags[0]), (2, etags[1])], "EntityTooSmall"),
                ([(2, etags[1]), (1, etags[0])], "InvalidPartOrder"),
                ([(1, etags[1])], "InvalidPart"), ([(3, etags[0])], "InvalidPart"), ([], "MalformedXML"),
            ] as [([(Int, String)], String)] {
                let answer = try await gateway.client.send(
                    "POST", "/data/main/a?uploadId=\(id)", body: Self.completion(parts))
                #expect(answer.code == code)
            }
            #expect(gateway.index.isEmpty)
            // The client may still choose rightly.
            let done = try await gateway.client.send(
                "POST", "/data/main/a?uploadId=\(id)", body: Self.completion([(2, etags[1])]))
            #expect(done.status == 200)
            #expect(try await gateway.client.get("/data/main/a").body == [2])
            // An upload is of one key.
            let other = try await Self.begin(gateway.client, "/data/main/b")
            #expect(
                try await gateway.client.put("/data/main/c?partNumber=1&uploadId=\(other)", [1]).code == "NoSuchUpload")
        }
    }

    @Test("an aborted upload is gone, its parts too")
    func abort() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data")
            let id = try await Self.begin(gateway.client, "/data/main/a")
            _ = try await gateway.client.put("/data/main/a?partNumber=1&uploadId=\(id)", ObjectTests.bytes(300_000))
            #expect(try await gateway.client.send("DELETE", "/data/main/a?uploadId=\(id)").status == 204)
            #expect(gateway.files.isEmpty)
            #expect(try await gateway.client.send("DELETE", "/data/main/a?uploadId=\(id)").code == "NoSuchUpload")
            #expect(try await gateway.client.get("/data/main/a?uploadId=\(id)").code == "NoSuchUpload")
        }
    }

    enum Fault: Sendable, CaseIterable {
        case beforeBegin, afterBegin, inStore, beforeFinish, afterFinish
    }

    @Test("completion goes on where it failed, with one answer and one object", arguments: Fault.allCases)
    func faults(_ fault: Fault) async throws {
        let faults = StoreFaults()
        try await TestGateway.run(wrap: { FaultyStore($0, faults) }) { gateway in
            try gateway.index.make("data")
            let id = try await Self.begin(gateway.client, "/data/main/a")
            let body = ObjectTests.bytes(300_000)
            let part = try await gateway.client.put("/data/main/a?partNumber=1&uploadId=\(id)", body)
            let completion = Self.completion([(1, part.header("etag") ?? "")])
            switch fault {
            case .beforeBegin: gateway.index.fail("index.beginCompleteUpload", .unavailable, times: 1)
            case .afterBegin: gateway.index.fail("index.beginCompleteUpload", .outcomeUnknown, times: 1, isAfter: true)
            case .inStore: faults.fail(.completeUpload, .unavailable)
            case .beforeFinish: gateway.index.fail("index.finishUpload", .unavailable, times: 1)
            case .afterFinish: gateway.index.fail("index.finishUpload", .outcomeUnknown, times: 1, isAfter: true)
            }
            let failed = try await gateway.client.send("POST", "/data/main/a?uploadId=\(id)", body: completion)
            #expect(failed.status == 503)
            faults.fail(.completeUpload, nil)
            let done = try await gateway.client.send("POST", "/data/main/a?uploadId=\(id)", body: completion)
            #expect(done.status == 200, "\(done.text)")
            #expect(done.element("ETag") == "&quot;\(MD5.hash(MD5.hash(body).bytes).hex)-1&quot;")
            #expect(try await gateway.client.get("/data/main/a").body == body)
            #expect(gateway.files.count == 1)
        }
    }

    @Test("parts copied from other objects")
    func copiedParts() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data", branches: ["main", "dev"])
            let body = ObjectTests.bytes(Self.partBytes + 500)
            _ = try await gateway.client.put("/data/main/source", body)
            let id = try await Self.begin(gateway.client, "/data/dev/a")
            func copy(_ number: Int, _ fields: [S3TestClient.Field]) async throws -> RawResponse {
                try await gateway.client.put("/data/dev/a?partNumber=\(number)&uploadId=\(id)", [], fields)
            }
            let source: S3TestClient.Field = ("x-amz-copy-source", "/data/main/source")
            let first = try await copy(1, [source])
            #expect(first.element("ETag") == "&quot;\(MD5.hash(body).hex)&quot;")
            let second = try await copy(2, [source, ("x-amz-copy-source-range", "bytes=10-99")])
            #expect(second.status == 200, "\(second.text)")
            #expect(
                try await copy(3, [source, ("x-amz-copy-source-range", "bytes=0-\(body.count)")]).code == "InvalidRange"
            )
            let done = try await gateway.client.send(
                "POST", "/data/dev/a?uploadId=\(id)",
                body: Self.completion([(1, first.element("ETag") ?? ""), (2, second.element("ETag") ?? "")]))
            #expect(done.status == 200, "\(done.text)")
            #expect(try await gateway.client.get("/data/dev/a").body == body + body[10...99])
        }
    }

    @Test("uploads are listed by key, page by page")
    func listing() async throws {
        try await TestGateway.run { gateway in
            try gateway.index.make("data", branches: ["main", "main-2"])
            for key in ["main/b", "main/a/1", "main/a/2", "main-2/z"] {
                _ = try await Self.begin(gateway.client, "/data/\(key)")
            }
            let all = try await gateway.client.get("/data?uploads")
            #expect(all.elements("Key") == ["main-2/z", "main/a/1", "main/a/2", "main/b"])
            let below = try await gateway.client.get("/data?uploads&prefix=main%2Fa%2F")
            #expect(below.elements("Key") == ["main/a/1", "main/a/2"])
            let folded = try await gateway.client.get("/data?uploads&prefix=main%2F&delimiter=%2F")
            #expect(folded.elements("Key") == ["main/b"])
            #expect(folded.elements("CommonPrefixes") == ["<Prefix>main/a/</Prefix>"])
            var found: [String] = []
            var marker = ""
            while true {
                let page = try await gateway.client.get("/data?uploads&max-uploads=1\(marker)")
                found += page.elements("Key")
                guard page.element("IsTruncated") == "true" else { break }
                let key = (page.element("NextKeyMarker") ?? "").split(separator: "/").joined(separator: "%2F")
                marker = "&key-marker=\(key)&upload-id-marker=\(page.element("NextUploadIdMarker") ?? "")"
            }
            #expect(found == ["main-2/z", "main/a/1", "main/a/2", "main/b"])
        }
    }
}
