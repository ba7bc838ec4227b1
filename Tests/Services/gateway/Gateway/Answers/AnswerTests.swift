import Domain
import NIOHTTP1
import Testing

@testable import Gateway

@Suite("Answers for objects")
struct AnswerTests {
    private static let entry = Entry(
        address: .relative("x"), size: 7, checksum: "abc", modified: 784_111_777_999, contentType: "text/csv",
        userMetadata: ["owner": "Ada", "bad key": "x", "nasty": "a\r\nb"],
        attributes: [
            "cache-control": "no-store", "x-amz-checksum-crc32": "AAAAAA==", "x-amz-checksum-type": "FULL_OBJECT",
        ])

    @Test("headers")
    func headers() throws {
        let headers = try ObjectAnswer.headers(Self.entry)
        #expect(headers["etag"] == ["\"abc\""])
        #expect(headers["last-modified"] == ["Sun, 06 Nov 1994 08:49:37 GMT"])
        #expect(headers["content-type"] == ["text/csv"])
        #expect(headers["cache-control"] == ["no-store"])
        #expect(headers["x-amz-meta-owner"] == ["Ada"])
        #expect(headers["x-amz-missing-meta"] == ["2"])
        #expect(headers["x-amz-checksum-crc32"].isEmpty)
    }

    @Test("checksums are told to those who ask")
    func checksums() throws {
        let headers = try ObjectAnswer.headers(Self.entry, showsChecksum: true)
        #expect(headers["x-amz-checksum-crc32"] == ["AAAAAA=="])
        #expect(headers["x-amz-checksum-type"] == ["FULL_OBJECT"])
    }

    @Test("parameters override headers, and cannot break out of them")
    func overrides() throws {
        let headers = try ObjectAnswer.headers(
            Self.entry, query: QueryItems("response-content-type=a/b&response-cache-control=private"))
        #expect(headers["content-type"] == ["a/b"])
        #expect(headers["cache-control"] == ["private"])
        #expect(throws: S3Error.self) {
            try ObjectAnswer.headers(Self.entry, query: QueryItems("response-expires=a%0D%0Ab"))
        }
    }

    @Test("deletions: all or only errors")
    func deletions() {
        let deletions = [
            WriteAnswers.Deletion(key: Array("main/a".utf8)),
            WriteAnswers.Deletion(key: Array("main/<".utf8), error: S3Error(.accessDenied)),
        ]
        let all = String(decoding: WriteAnswers.deletions(deletions, isQuiet: false), as: UTF8.self)
        #expect(all.contains("<Deleted><Key>main/a</Key></Deleted>"))
        #expect(
            all.contains(
                "<Error><Key>main/&lt;</Key><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"))
        #expect(!String(decoding: WriteAnswers.deletions(deletions, isQuiet: true), as: UTF8.self).contains("Deleted>"))
    }
}
