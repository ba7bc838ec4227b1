import Cryptography
import Domain
import NIOCore
import NIOHTTP1
import Synchronization
import Testing
import Wire

@testable import API

@Suite("Uploads in parts without credentials")
struct PartUploadTests {
    private func begin(_ api: StagingFixture, parts: Int) async throws -> Location {
        let answer = try await api.send(.POST, "\(StagingFixture.uploads)?path=a%2Fb&parts=\(parts)")
        #expect(answer.status == 201, "\(answer.text)")
        return try Location(answer)
    }

    private func complete(
        _ api: StagingFixture, _ upload: Location, _ parts: [(Int, String)], path: String = "a%2Fb", more: String = ""
    ) async throws -> Answer {
        let list = parts.map { #"{"part_number":\#($0.0),"etag":\#(StagingFixture.quoted($0.1))}"# }.joined(
            separator: ",")
        return try await api.send(
            .PUT, "\(StagingFixture.uploads)/\(upload.uploadId ?? "")?path=\(path)",
            json: #"{"physical_address":"\#(upload.physicalAddress)","parts":[\#(list)]\#(more)}"#)
    }

    private func write(_ api: StagingFixture, _ urls: [String]?, _ contents: [String]) async throws -> [(Int, String)] {
        var parts: [(Int, String)] = []
        for (index, (url, content)) in zip(urls ?? [], contents).enumerated() {
            let answer = try await api.follow(.PUT, url, body: content)
            #expect(answer.status == 200, "\(answer.text)")
            parts.append((index + 1, try #require(answer.header("ETag"))))
        }
        return parts
    }

    @Test("Parts become one object, whose checksum is made as S3 makes it")
    func joins() async throws {
        let api = StagingFixture()
        let upload = try await begin(api, parts: 3)
        #expect(upload.presignedUrls?.count == 3)
        let parts = try await write(api, upload.presignedUrls, ["one,", "two,", "three"])
        let answer = try await complete(
            api, upload, parts.reversed(), more: #","content_type":"text/x","user_metadata":{"A":"b"}"#)
        #expect(answer.status == 200, "\(answer.text)")
        let entry = try #require(api.staged.last?.entry)
        let digests = ["one,", "two,", "three"].flatMap { MD5.hash($0).bytes }
        #expect(entry.checksum == "\(MD5.hash(digests).hex)-3")
        #expect(entry.size == 13 && entry.contentType == "text/x" && entry.userMetadata == ["A": "b"])
        #expect(entry.address.uri(in: try StorageNamespace("local://repo")) == upload.physicalAddress)
        let stored = api.fixture.store.objects.withLock { $0[upload.physicalAddress].map { String(buffer: $0) } }
        #expect(stored == "one,two,three")
        #expect(try await complete(api, upload, parts).status == 200, "repeated after an answer that was lost")
        #expect(api.staged.all.count == 1)
        #expect(try await complete(api, upload, Array(parts.prefix(2))).status == 409, "with another choice of parts")
    }

    @Test("What is chosen is what was told: any one of a part that was written twice, and no other")
    func chosen() async throws {
        let api = StagingFixture()
        let upload = try await begin(api, parts: 1)
        let first = try await write(api, upload.presignedUrls, ["first"])
        _ = try await write(api, upload.presignedUrls, ["second"])
        for parts in [
            [], [(1, "x")], [(2, first[0].1)], [(0, first[0].1)], [(1, first[0].1), (1, first[0].1)],
            [(1, String(repeating: "0", count: 64))],
        ] {
            #expect(try await complete(api, upload, parts).status == 400, "\(parts)")
        }
        #expect(try await complete(api, upload, first, path: "a%2Fc").status == 400)
        #expect(api.staged.all.isEmpty)
        #expect(try await complete(api, upload, first).status == 200)
        #expect(api.staged.last?.entry?.size == 5)
    }

    @Test("Parts are signed one by one too, by number and for the upload's address")
    func signPart() async throws {
        let api = StagingFixture()
        let upload = try await begin(api, parts: 0)
        #expect(upload.presignedUrls == nil)
        let path = "\(StagingFixture.uploads)/\(upload.uploadId ?? "")/parts"
        let body = #"{"physical_address":"\#(upload.physicalAddress)"}"#
        let answer = try await api.send(.PUT, "\(path)/10000?path=a%2Fb", json: body)
        #expect(answer.status == 200)
        let signed: Signed = try answer.decoded()
        let tag = try #require(try await api.follow(.PUT, signed.presignedUrl, body: "x").header("ETag"))
        for number in ["0", "10001", "x", "-1"] {
            #expect(try await api.send(.PUT, "\(path)/\(number)?path=a%2Fb", json: body).status == 400)
        }
        let foreign = #"{"physical_address":"local://repo/data/x"}"#
        #expect(try await api.send(.PUT, "\(path)/1?path=a%2Fb", json: foreign).status == 400)
        #expect(try await api.send(.PUT, "\(path)/1?path=a%2Fc", json: body).status == 400)
        #expect(try await complete(api, upload, [(10_000, tag)]).status == 200)
    }

    private struct Signed: Decodable {
        var presignedUrl: String
    }

    @Test("A part is copied from another object, whole or a range of it")
    func copyPart() async throws {
        let api = StagingFixture()
        let source = try await api.address().physicalAddress
        api.write(source, "0123456789")
        #expect(try await api.link(source, size: 10).status == 200)
        let upload = try await begin(api, parts: 0)
        var parts: [(Int, String)] = []
        for (number, range) in [(1, ""), (2, #","range":"bytes=2-4""#)] {
            let answer = try await copy(api, upload, number, #""path":"a/b"\#(range)"#)
            #expect(answer.status == 204, "\(answer.text)")
            parts.append((number, try #require(answer.header("ETag"))))
        }
        #expect(try await copy(api, upload, 3, #""path":"none""#).status == 404)
        #expect(try await copy(api, upload, 3, #""path":"a/b","range":"bytes=10-""#).status == 400)
        #expect(try await complete(api, upload, parts).status == 200)
        let stored = api.fixture.store.objects.withLock { $0[upload.physicalAddress].map { String(buffer: $0) } }
        #expect(stored == "0123456789234")
        let digests = ["0123456789", "234"].flatMap { MD5.hash($0).bytes }
        #expect(api.staged.last?.entry?.checksum == "\(MD5.hash(digests).hex)-2")
    }

    private func copy(_ api: StagingFixture, _ upload: Location, _ number: Int, _ source: String) async throws -> Answer
    {
        try await api.send(
            .PUT, "\(StagingFixture.uploads)/\(upload.uploadId ?? "")/parts/\(number)/copy?path=a%2Fb",
            json: """
                {"physical_address":"\(upload.physicalAddress)","copy_source":{"repository":"repo","ref":"main",\(source)}}
                """)
    }

    @Test("An upload that was dropped is gone, and dropping it again is no error")
    func aborts() async throws {
        let api = StagingFixture()
        let upload = try await begin(api, parts: 1)
        let parts = try await write(api, upload.presignedUrls, ["x"])
        let target = "\(StagingFixture.uploads)/\(upload.uploadId ?? "")?path=a%2Fb"
        let body = #"{"physical_address":"\#(upload.physicalAddress)"}"#
        for _ in 0..<2 { #expect(try await api.send(.DELETE, target, json: body).status == 204) }
        #expect(try await complete(api, upload, parts).status == 404)
        let url = try #require(upload.presignedUrls?.first)
        #expect(try await api.follow(.PUT, url, body: "x").status == 404)
        #expect(try await api.send(.DELETE, target).status == 400, "without its address")
    }

    @Test(
        "Beginning needs a branch that takes writes, and a number of parts in range",
        arguments: [
            ("none", "1", 404), ("protected", "1", 403), ("main", "10001", 400), ("main", "-1", 400),
            ("main", "x", 400),
        ])
    func refused(branch: String, parts: String, status: Int) async throws {
        let target = "/repositories/repo/branches/\(branch)/staging/pmpu?path=a&parts=\(parts)"
        #expect(try await StagingFixture().send(.POST, target).status == status)
    }
}
