import NIOCore
import NIOHTTP1
import Policy
import Testing

@testable import API

@Suite("The documentation page")
struct DocumentationPageTests {
    private static let page = DocumentationPage(document: OpenAPIDocument(routes: Routes.all))
    private static let html = page.html()

    /// The values of an attribute, in order.
    private static func values(_ attribute: String) -> [String] {
        html.split(separator: " \(attribute)=\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
    }

    @Test("every operation is in it, below its part, with its place, permissions and parameters")
    func operations() throws {
        let articles = Self.html.split(separator: "<article ").dropFirst()
        for route in Routes.all {
            let article = try #require(
                articles.first { $0.hasPrefix("id=\"\(route.operation)\" ") }, "\(route.operation)")
            #expect(article.contains(">\(route.method.rawValue)</b> <code>\(route.template)</code>"))
            for need in route.access.needs { #expect(article.contains("<code>\(need.action.rawValue)</code>")) }
            for name in route.template.parameters + route.parameters.map(\.name) {
                #expect(article.contains("<code class=\"name\">\(name)</code>"), "\(route.operation) \(name)")
            }
            for reply in route.replies { #expect(article.contains("<b>\(reply.status)</b>"), "\(route.operation)") }
        }
        #expect(Self.page.areas.flatMap(\.routes).count == Routes.all.count)
        #expect(Self.page.areas.allSatisfy { Self.html.contains("<h2 id=\"tag-\($0.area.rawValue)\">") })
    }

    @Test("every id is there once, and every link within the page leads to one")
    func links() {
        let ids = Self.values("id")
        #expect(Set(ids).count == ids.count)
        let links = Self.values("href").filter { $0.hasPrefix("#") }.map { String($0.dropFirst()) }
        #expect(Set(links).subtracting(ids).isEmpty)
        #expect(Set(Routes.all.map(\.operation)).isSubset(of: links))
    }

    @Test("nothing comes from elsewhere, and nothing stands in the page that its policy would refuse")
    func nothingFromElsewhere() {
        for place in Self.values("href") + Self.values("src") {
            #expect(place.hasPrefix("/") && !place.hasPrefix("//") || place.hasPrefix("#") || place == "data:,")
        }
        #expect(Self.values("style").isEmpty && !Self.html.contains("<style") && !Self.html.contains("<script>"))
        for text in [DocumentationPage.style, DocumentationPage.script] {
            #expect(!text.contains("http") && !text.contains("url(") && !text.contains("@import"))
        }
    }

    @Test("texts are escaped, in attributes too; code stands between backticks")
    func escaping() {
        var writer = HTMLWriter()
        writer.element("p", ["title": #"a"<b>&"#]) { $0.prose("1 < 2 & `a<b>` \"q\"") }
        #expect(
            writer.html
                == #"<p title="a&quot;&lt;b&gt;&amp;">1 &lt; 2 &amp; <code>a&lt;b&gt;</code> &quot;q&quot;</p>"#)
    }

    @Test("it is served with what it needs, to anybody; what is not there is not")
    func serving() async throws {
        let fixture = Fixture()
        for (path, type) in [
            ("/docs", "text/html"), ("/docs/", "text/html"), ("/docs/page.css", "text/css"),
            ("/docs/page.js", "text/javascript"),
        ] {
            let answer = try await fixture.send(.GET, "/\(path)", isAuthorized: false)
            #expect(answer.status == 200)
            #expect(answer.header("Content-Type") == "\(type); charset=utf-8")
            #expect(answer.header("Content-Security-Policy")?.hasPrefix("default-src 'none'; ") == true)
            #expect(answer.header("X-Content-Type-Options") == "nosniff")
            #expect(answer.bytes.readableBytes > 500)
        }
        #expect(try await fixture.send(.HEAD, "//docs").status == 200)
        for (method, path) in [(HTTPMethod.POST, "//docs"), (.GET, "//docs/none"), (.GET, "//docsnone")] {
            #expect(try await fixture.send(method, path).status == 404)
        }
    }
}
