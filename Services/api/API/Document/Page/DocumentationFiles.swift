import NIOCore
import NIOHTTP1

/// The page at `/docs` and what belongs to it, made once for a process.
struct DocumentationFiles {
    private let answers: [String: Answer]

    init(_ document: OpenAPIDocument) {
        let page = DocumentationPage(document: document)
        answers = [
            DocumentationPage.path: Self.answer("text/html", page.html()),
            DocumentationPage.path + "/page.css": Self.answer("text/css", DocumentationPage.style),
            DocumentationPage.path + "/page.js": Self.answer("text/javascript", DocumentationPage.script),
        ]
    }

    /// Nil where nothing is at the path.
    func answer(_ method: HTTPMethod, _ path: Substring) -> Answer? {
        guard path.hasPrefix(DocumentationPage.path), method == .GET || method == .HEAD else { return nil }
        return answers[path == DocumentationPage.path + "/" ? DocumentationPage.path : String(path)]
    }

    private static func answer(_ type: String, _ text: String) -> Answer {
        Answer(
            200,
            headers: [
                ("Content-Type", type + "; charset=utf-8"), ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "no-cache"), ("Referrer-Policy", "no-referrer"),
                // Everything is the page's own, and nothing is sent anywhere.
                (
                    "Content-Security-Policy",
                    "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; base-uri 'none'; "
                        + "form-action 'none'; frame-ancestors 'none'"
                ),
            ], content: .bytes(ByteBuffer(string: text)))
    }
}
