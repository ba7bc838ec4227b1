import Domain
import NIOCore
import NIOHTTP1
import ObjectStore
import ServiceKit
import Synchronization
import Testing
import Wire

@testable import API

@Suite("Reading objects")
struct ObjectReadTests {
    private static let path = "/repositories/repo/refs/main/objects"

    private func fixture(_ entry: Entry = Samples.entry(), content: String? = "hello") -> Fixture {
        let fixture = Fixture { routes in
            routes.on(GetObject.self) { request, _, _ in
                guard request.path.string != "none" else { throw RPCError(.notFound, subject: "object", "") }
                return try Samples.located(entry)
            }
        }
        if let content {
            fixture.store.objects.withLock { $0["local://repo/data/1/2"] = ByteBuffer(string: content) }
        }
        return fixture
    }

    @Test("all of it, with the headers that clients and browsers need")
    func whole() async throws {
        let answer = try await fixture().send(.GET, "\(Self.path)?path=a%2Fb.txt")
        #expect(answer.status == 200)
        #expect(try await answer.content() == "hello")
        #expect(answer.header("ETag") == #""5d41402abc4b2a76b9719d911017c592""#)
        #expect(answer.header("Last-Modified") == "Sun, 13 Sep 2020 12:26:40 GMT")
        #expect(answer.header("Content-Type") == "text/plain")
        #expect(answer.header("Content-Disposition") == "inline")
        #expect(answer.header("Cache-Control")?.contains("no-store") == true)
        #expect(answer.header("X-Content-Type-Options") == "nosniff")
        #expect(answer.header("Content-Security-Policy")?.contains("sandbox") == true)
    }

    @Test(
        "a range of it",
        arguments: [
            ("bytes=1-3", 206, "ell", "bytes 1-3/5"), ("bytes=-2", 206, "lo", "bytes 3-4/5"),
            ("bytes=2-", 206, "llo", "bytes 2-4/5"), ("bytes=0-99", 206, "hello", "bytes 0-4/5"),
        ])
    func range(header: String, status: Int, content: String, contentRange: String) async throws {
        let answer = try await fixture().send(.GET, "\(Self.path)?path=a", headers: ["Range": header])
        #expect(answer.status == status)
        #expect(try await answer.content() == content)
        #expect(answer.header("Content-Range") == contentRange)
        let head = try await fixture().send(.HEAD, "\(Self.path)?path=a", headers: ["Range": header])
        #expect(head.status == status)
        #expect(head.header("Content-Range") == contentRange)
        guard case .head(let length) = head.content else {
            Issue.record("HEAD has a body")
            return
        }
        #expect(length == Int64(content.utf8.count))
    }

    @Test(
        "a range of nothing is 416 and tells the size; what is no range is 400",
        arguments: [("bytes=5-", 416), ("bytes=-0", 416), ("bytes=3-1", 416), ("bytes=0-1,2-3", 416), ("bytes=x", 400)])
    func badRange(header: String, status: Int) async throws {
        for method in [HTTPMethod.GET, .HEAD] {
            let answer = try await fixture().send(method, "\(Self.path)?path=a", headers: ["Range": header])
            #expect(answer.status == status)
            #expect(answer.header("Content-Range") == (status == 416 ? "bytes */5" : nil))
        }
    }

    @Test("a range holds for the version that If-Range names only")
    func ifRange() async throws {
        let tag = #""5d41402abc4b2a76b9719d911017c592""#
        let same = try await fixture().send(
            .GET, "\(Self.path)?path=a", headers: ["Range": "bytes=1-1", "If-Range": tag])
        #expect(same.status == 206)
        let other = try await fixture().send(
            .GET, "\(Self.path)?path=a", headers: ["Range": "bytes=1-1", "If-Range": #""x""#])
        #expect(other.status == 200)
    }

    @Test("a client that has it gets 304 and no bytes")
    func notModified() async throws {
        let answer = try await fixture(content: nil).send(
            .GET, "\(Self.path)?path=a", headers: ["If-None-Match": #"W/"5d41402abc4b2a76b9719d911017c592""#])
        #expect(answer.status == 304)
        #expect(answer.header("ETag") != nil)
        #expect(try await answer.content() == "")
    }

    @Test("bytes that the store has lost are 410, an unknown path 404")
    func missing() async throws {
        #expect(try await fixture(content: nil).send(.GET, "\(Self.path)?path=a").status == 410)
        let answer = try await fixture().send(.GET, "\(Self.path)?path=none")
        #expect(answer.status == 404)
        #expect(answer.message == "object not found")
    }

    @Test(
        "types that browsers may run or do not know are offered for saving, under the path's last element",
        arguments: [
            ("application/octet-stream", "a/é b.bin", "attachment; filename*=UTF-8''%C3%A9%20b.bin"),
            ("TEXT/HTML; charset=utf-8", "x", "inline"),
            ("application/javascript", "x.js", "attachment; filename*=UTF-8''x.js"),
            ("", "a/", "attachment; filename*=UTF-8''a"), ("text/plain\u{1}", "x", "attachment; filename*=UTF-8''x"),
        ])
    func disposition(type: String, path: String, disposition: String) throws {
        var entry = Samples.entry()
        entry.contentType = type
        let headers = ObjectHeaders.make(entry, path: try ObjectKey(path))
        #expect(headers.first { $0.name == "Content-Disposition" }?.value == disposition)
        let sent = headers.first { $0.name == "Content-Type" }?.value
        #expect(sent?.utf8.allSatisfy { $0 >= 0x20 } == true)
    }

    @Test("stat shows all there is, metadata even where it is empty")
    func stat() async throws {
        let json =
            #"{"path":"a/b","path_type":"object","physical_address":"local://repo/data/1/2","checksum":"5d41402abc4b2a76b9719d911017c592","size_bytes":5,"mtime":1600000000,"metadata":{"k":"v"},"content_type":"text/plain"}"#
        #expect(try await fixture().send(.GET, "\(Self.path)/stat?path=a/b").text == json)
        let bare = try await fixture().send(.GET, "\(Self.path)/stat?path=a/b&user_metadata=false")
        #expect(bare.text == json.replacing(#"{"k":"v"}"#, with: "{}"))
        let imported = try await fixture(Samples.entry(address: .full("s3://else/where"))).send(
            .GET, "\(Self.path)/stat?path=a")
        #expect(imported.text.contains(#""physical_address":"s3://else/where""#))
    }

    @Test("a listing folds, and shows metadata only where there is any")
    func list() async throws {
        let asked = Recorder<ListObjects.Request>()
        var plain = Samples.entry()
        plain.userMetadata = [:]
        let rows = [
            ListRow(path: Array("a/".utf8), entry: nil), ListRow(path: Array("b\"".utf8), entry: plain),
            ListRow(path: Array("c".utf8), entry: Samples.entry()),
        ]
        let fixture = Fixture { routes in
            routes.on(ListObjects.self) { request, _, _ in
                asked.note(request)
                return ObjectListing(
                    storageNamespace: try StorageNamespace("local://repo"), rows: rows, hasMore: true)
            }
        }
        let answer = try await fixture.send(.GET, "\(Self.path)/ls?prefix=&delimiter=%2F&after=0&amount=3")
        #expect(
            answer.text
                == #"{"pagination":{"has_more":true,"next_offset":"c","results":3,"max_per_page":1000},"results":[{"path":"a/","path_type":"common_prefix","physical_address":"","checksum":"","mtime":0},{"path":"b\"","path_type":"object","physical_address":"local://repo/data/1/2","checksum":"5d41402abc4b2a76b9719d911017c592","size_bytes":5,"mtime":1600000000,"content_type":"text/plain"},{"path":"c","path_type":"object","physical_address":"local://repo/data/1/2","checksum":"5d41402abc4b2a76b9719d911017c592","size_bytes":5,"mtime":1600000000,"metadata":{"k":"v"},"content_type":"text/plain"}]}"#
        )
        #expect(asked.last?.delimiter == "/")
        #expect(asked.last?.range == ListRange(prefix: "", after: "0", amount: 3))
        let bare = try await fixture.send(.GET, "\(Self.path)/ls?user_metadata=false")
        #expect(!bare.text.contains("metadata"))
    }
}
