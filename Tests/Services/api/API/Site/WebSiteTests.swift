import FoundationEssentials
import NIOHTTP1
import ServiceKit
import Testing

@testable import API

@Suite("The web UI's files")
struct WebSiteTests {
    private static let html: HTTPHeaders = ["Accept": "text/html,application/xhtml+xml"]

    private func site() throws -> WebSite {
        try WebSite(files: [
            "index.html": Array("<page>".utf8), "assets/main-1.js": Array("script".utf8),
            "assets/main-1.js.gz": Array("compressed".utf8), "favicon.svg": Array("<svg>".utf8),
        ])
    }

    @Test("the page is the answer to every path that a browser opens", arguments: ["/", "/index.html", "/a/b", "/x.y"])
    func page(path: String) throws {
        let answer = try #require(try site().answer(path[...], Self.html))
        #expect(answer.status == 200 && answer.text == "<page>")
        #expect(answer.header("Content-Type") == "text/html; charset=utf-8")
        #expect(answer.header("Cache-Control") == "no-cache")
        #expect(answer.header("Content-Security-Policy")?.contains("frame-ancestors 'none'") == true)
        #expect(answer.header("X-Content-Type-Options") == "nosniff")
    }

    @Test("a program that asks for what is not there is not given the page")
    func programs() throws {
        #expect(try site().answer("/a/b", ["Accept": "*/*"]) == nil)
        #expect(try site().answer("/assets/gone.js", Self.html)?.status == 404)
    }

    @Test("files are sent as what they are, for good where their name has their hash, compressed to those who take it")
    func files() throws {
        let plain = try #require(try site().answer("/assets/main-1.js", [:]))
        #expect(plain.text == "script" && plain.header("Content-Type") == "text/javascript; charset=utf-8")
        #expect(plain.header("Cache-Control") == "public, max-age=31536000, immutable")
        #expect(plain.header("Content-Encoding") == nil)
        let gzip = try #require(try site().answer("/assets/main-1.js", ["Accept-Encoding": "br, gzip"]))
        #expect(gzip.text == "compressed" && gzip.header("Content-Encoding") == "gzip")
        #expect(try site().answer("/favicon.svg", [:])?.header("Cache-Control") == "no-cache")
        #expect(try site().answer("/assets/main-1.js.gz", [:])?.status == 404)
    }

    @Test("what a browser has already is not sent again")
    func conditional() throws {
        let etag = try #require(try site().answer("/", Self.html)?.header("ETag"))
        let answer = try #require(try site().answer("/", ["If-None-Match": "W/\(etag)"]))
        #expect(answer.status == 304 && answer.text.isEmpty)
        #expect(try site().answer("/", ["If-None-Match": "\"other\""])?.status == 200)
    }

    @Test(
        "nothing outside of the folder is reached",
        arguments: ["/../secret", "/assets/../../secret", "/%2e%2e/secret", "//secret", "/assets/%2e%2e%2fsecret"])
    func outside(path: String) throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "site-\(UInt64.random(in: 0 ... .max))")
        defer { try? FileManager.default.removeItem(at: root) }
        let folder = root.appending(path: "ui/assets")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("secret".utf8).write(to: root.appending(path: "secret"))
        try Data("<page>".utf8).write(to: root.appending(path: "ui/index.html"))
        try Data("a".utf8).write(to: folder.appending(path: "a.css"))
        let site = try WebSite(directory: root.appending(path: "ui").path)
        #expect(site.answer("/assets/a.css", [:])?.text == "a")
        #expect(site.answer(path[...], Self.html)?.text != "secret")
        #expect(site.answer(path[...], [:])?.text != "secret")
    }

    @Test("a folder without a page, and one that is not there, are configuration errors")
    func missing() {
        #expect(throws: ConfigurationError.self) { try WebSite(files: ["a.js": []]) }
        #expect(throws: ConfigurationError.self) { try WebSite(directory: "/nowhere/at/all") }
    }

    @Test("the protocol stays what it is; without a folder, people are told where they are")
    func handler() async throws {
        let fixture = Fixture()
        let answer = try await fixture.send(.GET, "//")
        #expect(answer.status == 200 && answer.text.contains("/openapi.json"))
        #expect(try await fixture.send(.GET, "/nothing/here").message.isEmpty == false)
    }
}
