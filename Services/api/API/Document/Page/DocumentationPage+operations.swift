import NIOHTTP1
import Policy

extension DocumentationPage {
    static func write(_ route: Route, _ writer: inout HTMLWriter) {
        writer.element("article", ["id": route.operation, "data-words": words(of: route)]) { writer in
            writer.element("h3") { writer in
                writer.element("a", ["href": "#\(route.operation)"], text: route.operation)
            }
            writer.element("p", ["class": "place"]) { writer in
                writer.element(
                    "b", ["class": "method \(route.method.rawValue.lowercased())"], text: route.method.rawValue)
                writer.text(" ")
                writer.element("code", text: route.template.description)
            }
            writer.element("p") { $0.prose(route.summary) }
            writer.element("p", ["class": "access"]) { write(access: route.access, &$0) }
            if route.handler == nil {
                writer.element("p", ["class": "missing"], text: "Not built yet: answered 501.")
            }
            writeParameters(of: route, &writer)
            writeBody(of: route, &writer)
            writeAnswers(of: route, &writer)
            writer.element("h4", text: "Example")
            writer.element("pre") { $0.element("code", text: RequestExample(route: route).curl) }
        }
    }

    /// What the search looks in, in small letters.
    private static func words(of route: Route) -> String {
        ([route.operation, route.method.rawValue, route.template.description, route.area.rawValue, route.summary]
            + route.access.needs.map(\.action.rawValue) + route.parameters.map(\.name))
            .joined(separator: " ").lowercased()
    }

    private static func writeParameters(of route: Route, _ writer: inout HTMLWriter) {
        guard !route.template.parameters.isEmpty || !route.parameters.isEmpty else { return }
        writer.element("h4", text: "Parameters")
        writer.element("ul", ["class": "fields"]) { writer in
            for name in route.template.parameters {
                write(name, "path, required", Parameter.pathSchema(name), "", nil, &writer)
            }
            for parameter in route.parameters {
                write(
                    parameter.name, parameter.location.rawValue + (parameter.isRequired ? ", required" : ""),
                    parameter.documentSchema, parameter.summary, parameter.defaultJSON, &writer)
            }
        }
    }

    private static func writeBody(of route: Route, _ writer: inout HTMLWriter) {
        switch route.body {
        case .none: return
        case .json(let schema, let isRequired):
            writer.element("h4", text: isRequired ? "Body" : "Body, if any")
            writer.element("p") { writer in
                writer.element("code", text: "application/json")
                writer.text(": ")
                write(type: schema, &writer)
            }
        case .object:
            writer.element("h4", text: "Body")
            writer.element("p") { writer in
                writer.prose(
                    "The object's bytes, as they are or as the part `content` of a `multipart/form-data` form.")
            }
        }
    }

    private static func writeAnswers(of route: Route, _ writer: inout HTMLWriter) {
        writer.element("h4", text: "Answers")
        writer.element("ul", ["class": "fields"]) { writer in
            for reply in route.replies {
                writer.element("li") { writer in
                    writer.element("b", text: String(reply.status))
                    writer.text(" ")
                    writer.prose(reply.summary)
                    guard let schema = reply.schema, let type = reply.contentType else { return }
                    writer.text(" ")
                    writer.element("code", text: type == "*/*" ? "the object's content type" : type)
                    writer.text(": ")
                    write(type: schema, &writer)
                }
            }
            for (status, summary) in OpenAPIDocument.failures(of: route)
            where !route.replies.contains(where: { String($0.status) == status }) {
                writer.element("li") { writer in
                    writer.element("b", text: status == "default" ? "other" : status)
                    writer.text(" \(summary)")
                }
            }
        }
    }

    // MARK: Schemas

    func writeSchemas(_ writer: inout HTMLWriter) {
        writer.element("section", ["data-area": "schemas"]) { writer in
            writer.element("h2", ["id": "schemas"], text: "Schemas")
            for (name, schema) in document.schemas.sorted(by: { $0.key < $1.key }) {
                writer.element("article", ["id": "schema-\(name)", "data-words": "schema \(name.lowercased())"]) {
                    writer in
                    writer.element("h3") { $0.element("a", ["href": "#schema-\(name)"], text: name) }
                    guard case .object(let fields) = schema else {
                        return writer.element("p") { Self.write(type: schema, &$0) }
                    }
                    writer.element("ul", ["class": "fields"]) { writer in
                        for field in fields {
                            Self.write(
                                field.name, field.isRequired ? "required" : "", field.schema, field.summary,
                                field.defaultJSON, &writer)
                        }
                    }
                }
            }
        }
    }

    /// A parameter or a member.
    private static func write(
        _ name: String, _ place: String, _ schema: Schema, _ summary: String, _ defaultJSON: String?,
        _ writer: inout HTMLWriter
    ) {
        writer.element("li") { writer in
            writer.element("code", ["class": "name"], text: name)
            writer.text(" ")
            writer.element("span", ["class": "type"]) { writer in
                write(type: schema, &writer)
                if !place.isEmpty { writer.text(" · \(place)") }
                if let defaultJSON {
                    writer.text(" · default ")
                    writer.element("code", text: defaultJSON)
                }
            }
            if !summary.isEmpty { writer.element("div") { $0.prose(summary) } }
        }
    }
}
