import NIOHTTP1

/// The page at `/docs`, for people: the operations with all that their routes say, as HTML that needs nothing from elsewhere.
struct DocumentationPage {
    static let path = "/docs"

    let document: OpenAPIDocument

    /// The whole page.
    func html() -> String {
        var writer = HTMLWriter()
        writer.doctype()
        writer.element("html", ["lang": "en"]) { writer in
            writer.element("head") { writer in
                writer.open("meta", ["charset": "utf-8"])
                writer.open("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
                writer.open("meta", ["name": "color-scheme", "content": "light dark"])
                writer.element("title", text: "Tarn: the REST API")
                writer.open("link", ["rel": "icon", "href": "data:,"])
                writer.open("link", ["rel": "stylesheet", "href": Self.path + "/page.css"])
                writer.element("script", ["src": Self.path + "/page.js", "defer": ""])
            }
            writer.element("body") { writer in
                writer.element("a", ["class": "skip", "href": "#operations"], text: "To the operations")
                writeHeader(&writer)
                writer.element("div", ["class": "columns"]) { writer in
                    writeContents(&writer)
                    writer.element("main", ["id": "operations"]) { writer in
                        Self.writeIntroduction(&writer)
                        for (area, routes) in areas { Self.write(area, routes, &writer) }
                        writeSchemas(&writer)
                    }
                }
            }
        }
        return writer.html
    }

    /// The parts of the protocol that have operations, in the document's order.
    var areas: [(area: Area, routes: [Route])] {
        Area.allCases.map { area in (area, document.routes.filter { $0.area == area }) }.filter { !$0.routes.isEmpty }
    }

    private func writeHeader(_ writer: inout HTMLWriter) {
        writer.element("header") { writer in
            writer.element("h1") { writer in
                writer.element("a", ["href": Self.path], text: "Tarn: the REST API")
            }
            writer.element("label", ["class": "search"]) { writer in
                writer.element("span", text: "Search")
                writer.open(
                    "input",
                    [
                        "type": "search", "id": "search", "placeholder": "operation, path, permission…",
                        "autocomplete": "off",
                    ])
            }
            writer.element("p", ["id": "found", "role": "status"]) { _ in }
        }
    }

    private func writeContents(_ writer: inout HTMLWriter) {
        writer.element("nav", ["aria-label": "Operations"]) { writer in
            for (area, routes) in areas {
                writer.element("details", ["data-area": area.rawValue]) { writer in
                    writer.element("summary", text: area.rawValue)
                    writer.element("ul") { writer in
                        for route in routes {
                            writer.element("li", ["data-operation": route.operation]) { writer in
                                writer.element("a", ["href": "#\(route.operation)"], text: route.operation)
                            }
                        }
                    }
                }
            }
            writer.element("p") { writer in
                writer.element("a", ["href": "#schemas"], text: "Schemas")
                writer.text(" · ")
                writer.element("a", ["href": "/openapi.json"], text: "openapi.json")
            }
        }
    }

    private static func writeIntroduction(_ writer: inout HTMLWriter) {
        writer.element("section", ["class": "introduction"]) { writer in
            for paragraph in [
                "Version \(APIVersion.current). The protocol is lakeFS's REST API v1, so its clients work. Paths are below "
                    + "`/\(Dispatcher.basePath.joined(separator: "/"))`, bodies are JSON with the header "
                    + "`Content-Type: application/json`, and members that are not known are ignored.",
                "Credentials are an access key and its secret (Basic), or the token of `login` (Bearer, or the cookie "
                    + "`\(PresentedCredential.cookieName)`). A failure is a status and `{\"message\": …}`: 400 before 401 before 404. "
                    + "Every answer has an `X-Request-ID`, which is in the log too.",
                "Lists come in pages of 100 rows, or of `amount`, up to 1,000. Where `has_more` is true, `next_offset` is "
                    + "what to give as `after`. A reference is a branch, a tag, a commit's id or its beginning, with `~1`, `^2`, `@` or "
                    + "`$` behind it.",
            ] {
                writer.element("p") { $0.prose(paragraph) }
            }
        }
    }

    private static func write(_ area: Area, _ routes: [Route], _ writer: inout HTMLWriter) {
        writer.element("section", ["data-area": area.rawValue]) { writer in
            writer.element("h2", ["id": "tag-\(area.rawValue)"], text: area.rawValue)
            for route in routes { write(route, &writer) }
        }
    }
}
